import type { Instance } from '../instance.js';
import { SESSION_CATEGORY } from '../tokens/mint.js';
import { signToken } from '../tokens/sign-token.js';

/** The older form of a handshake: what it came to, signed, and without any time. */
export function handshakeToken(lines: readonly string[], { keys }: Instance): string {
  const token = { header: { cat: SESSION_CATEGORY }, claims: { handshake: lines } };
  return signToken(token, {}, keys);
}
