import { AuthorityUnavailable } from '../../errors/authority-unavailable.js';
import type { HandshakeSteps } from '../../module/clerk-instance.js';
import type { Page } from './page.js';
import { HANDSHAKE_NONCE, HANDSHAKE_TOKEN } from './parameter-names.js';
import { parameterIn } from './query-text.js';

/** What a browser brings back from a handshake: what to ask Clerk with, or the older form, which says it itself. */
export type ReturnedHandshake =
  | { readonly kind: 'nonce'; readonly nonce: string }
  | { readonly kind: 'token'; readonly token: string };

/** What it came to. */
export type HandshakeOutcome =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** Junk, stale, or of another instance. */
  | { readonly kind: 'unusable' }
  | { readonly kind: 'unavailable'; readonly reason: AuthorityUnavailable };

const NONCE = /^[\w-]{1,512}$/;
const KIND = 'handshake_nonce';

const UNUSABLE: HandshakeOutcome = { kind: 'unusable' };

/**
 * In development it is in the URL, for lack of a cookie that both sides see. In production it is a cookie and never read
 * from the URL: a link would sign whoever follows it in as its author.
 */
export function returnedHandshakeIn(
  { target, cookies }: Page,
  isDevelopment: boolean,
): ReturnedHandshake | undefined {
  const nonce = isDevelopment ? parameterIn(target, HANDSHAKE_NONCE) : cookies.nonce;
  if (nonce !== undefined) return NONCE.test(nonce) ? { kind: 'nonce', nonce } : undefined;
  const token = isDevelopment ? parameterIn(target, HANDSHAKE_TOKEN) : cookies.handshakeToken;
  return token === undefined || token === '' ? undefined : { kind: 'token', token };
}

/** The `Set-Cookie` lines that Clerk made of it. Asked once: that spends it. */
export async function outcomeOf(
  returned: ReturnedHandshake,
  steps: HandshakeSteps,
): Promise<HandshakeOutcome> {
  try {
    return returned.kind === 'nonce'
      ? await behindNonce(returned.nonce, steps)
      : await inToken(returned.token, steps);
  } catch (reason) {
    if (reason instanceof AuthorityUnavailable) return { kind: 'unavailable', reason };
    throw reason;
  }
}

async function behindNonce(
  nonce: string,
  { endpoints, unknown }: HandshakeSteps,
): Promise<HandshakeOutcome> {
  if (endpoints === undefined || unknown.has(KIND, nonce)) return UNUSABLE;
  const answer = await endpoints.payload(nonce);
  // Spent either way.
  unknown.add(KIND, nonce);
  return answer.kind === 'lines' ? answer : UNUSABLE;
}

async function inToken(token: string, { linesIn }: HandshakeSteps): Promise<HandshakeOutcome> {
  const lines = await linesIn(token);
  return lines === undefined ? UNUSABLE : { kind: 'lines', lines };
}
