import { TimeoutError } from 'rxjs';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { BackendAnswer, BackendCall } from './backend-call.js';

/** One question is put three times at most. */
const MOST_FAILURES = 2;
const FIRST_PAUSE = 100;

/** Node's codes for a connection that could not be made, or broke. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The outage that a status tells of, if it does: a server error, or too many requests. */
export function outageIn(
  call: BackendCall,
  answer: BackendAnswer,
): AuthorityUnavailable | undefined {
  if (answer.status < 500 && answer.status !== 429) return undefined;
  return new AuthorityUnavailable(
    `${nameOf(call)}: status ${String(answer.status)}`,
    answer.retryAfter,
  );
}

/** A redirect, or a page where Clerk says JSON: whoever answered, it was not Clerk. */
export function foreignAnswerIn({ status, body }: BackendAnswer): Error | undefined {
  const isForeign = status < 300 ? typeof body !== 'object' || body === null : status < 400;
  if (!isForeign) return undefined;
  return Object.assign(new Error(), { code: `no answer of Clerk's, of status ${String(status)}` });
}

/**
 * The outage behind whatever went wrong. Errors of the HTTP client hold the request with its secret key, so only
 * their code is kept.
 */
export function unavailable(call: BackendCall, reason: unknown): AuthorityUnavailable {
  if (reason instanceof AuthorityUnavailable) return reason;
  const cause = new Error(reason instanceof TimeoutError ? 'no answer in time' : codeOf(reason));
  return new AuthorityUnavailable(`${nameOf(call)}: ${cause.message}`, undefined, { cause });
}

/**
 * Whether to ask again: not twice what acts, and only where nothing was answered or the answer was a 5xx or a 429. A
 * server that is too slow already is not asked again either.
 */
export function canBeRepeated(call: BackendCall, reason: unknown, failures: number): boolean {
  if (!call.repeatable || failures > MOST_FAILURES) return false;
  return reason instanceof AuthorityUnavailable || CONNECTION_CODES.has(codeOf(reason));
}

/** Milliseconds: what the server asked for, else doubling, spread so that many askers do not return at once. */
export function pauseBefore(failures: number, reason: unknown): number {
  const spread = 0.75 + Math.random() / 2;
  const backoff = FIRST_PAUSE * 2 ** (failures - 1) * spread;
  return Math.max(backoff, askedPauseOf(reason));
}

/** Milliseconds from `Retry-After`, 0 without one. */
export function askedPauseOf(reason: unknown): number {
  return reason instanceof AuthorityUnavailable ? (reason.retryAfter ?? 0) * 1000 : 0;
}

/** What went wrong, without the path, which may name a session or a user. */
export function inBrief(call: BackendCall, { message }: AuthorityUnavailable): string {
  const name = `${nameOf(call)}: `;
  const what = message.startsWith(name) ? message.slice(name.length) : message;
  return `Clerk: ${what}`;
}

/** Without the query: a nonce in it may not be spent yet. */
function nameOf({ method, path }: BackendCall): string {
  return `${method} ${path.split('?')[0] ?? ''}`;
}

/** Node's code of what went wrong, if it has one. */
export function codeOf(reason: unknown): string {
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : '';
  return typeof code === 'string' && code !== '' ? code : 'connection failed';
}
