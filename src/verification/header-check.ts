import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { Untrusted } from './compact-jws.js';

/** Clerk's categories of tokens that may stand for a session: session tokens, and those marked to be ignored. */
const SESSION_CATEGORIES: ReadonlySet<unknown> = new Set(['cl_B7d4PD111AAA', 'cl_I7d4PD111III']);

/**
 * What is wrong with a session token's header, if anything. It chooses how to verify, so it is looked at before the
 * signature; nothing in it is trusted.
 */
export function checkHeader(header: Untrusted): UnauthenticatedCode | undefined {
  const code = checkForm(header);
  if (code !== undefined) return code;
  if (header.typ !== undefined && header.typ !== 'JWT') return 'token_type_unsupported';
  const category = header.cat;
  if (category !== undefined && !SESSION_CATEGORIES.has(category)) return 'token_type_unsupported';
  return undefined;
}

/** What no token's header may say, whatever kind it is of. */
export function checkForm(header: Untrusted): UnauthenticatedCode | undefined {
  // One algorithm, ours to name: a header that chose it would choose `none`, or HMAC with the public key.
  if (header.alg !== 'RS256') return 'token_algorithm_unsupported';
  return 'crit' in header ? 'token_critical_header_unsupported' : undefined;
}

/** The key id, which is a filled text or nothing. */
export function keyIdOf(header: Untrusted): string | undefined {
  const kid = header.kid;
  return typeof kid === 'string' && kid !== '' ? kid : undefined;
}
