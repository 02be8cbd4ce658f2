/** How a machine's token is written: something that only Clerk can read, or a signed JWT. */
export type TokenFormat = 'opaque' | 'jwt';

/** Whether a word from outside is one of them. */
export function isTokenFormat(word: unknown): word is TokenFormat {
  return word === 'opaque' || word === 'jwt';
}
