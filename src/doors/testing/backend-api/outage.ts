import { clerkError, text } from '../http/reply.js';
import type { Answer, Reply } from '../http/reply.js';

/**
 * How Clerk is down: `'refuse'` breaks the connection, `'unavailable'` is 503 with Clerk's JSON, `'hang'` never answers,
 * `'rubbish'` is 200 with a page of HTML, `'rate-limit'` is 429 with `Retry-After`.
 */
export type Outage = 'refuse' | 'unavailable' | 'hang' | 'rubbish' | 'rate-limit';

/** Ways in which Clerk can be down. */
export const OUTAGES: readonly Outage[] = [
  'refuse',
  'unavailable',
  'hang',
  'rubbish',
  'rate-limit',
];

/** What goes with being down. */
export interface OutageOptions {
  /**
   * The `Retry-After` header, in seconds or as written.
   * @default 1 for `'rate-limit'`, none for `'unavailable'`; the others have no such header
   */
  readonly retryAfter?: number | string | undefined;

  /**
   * Whether the Frontend API is down as well: whoever is signed in then gets no new token when theirs has expired.
   * @default false: the browser notices nothing
   */
  readonly frontendApi?: boolean | undefined;
}

/** What everybody gets who asks during the outage. */
export function replyDuring(outage: Outage, { retryAfter }: OutageOptions): Reply {
  switch (outage) {
    case 'refuse':
      return { kind: 'break' };
    case 'hang':
      return { kind: 'silence' };
    case 'rubbish':
      return text(200, 'html', '<!doctype html><title>Bad gateway</title>');
    case 'unavailable':
      return retryLater(clerkError(503, 'service_unavailable', 'Clerk is down'), retryAfter);
    case 'rate-limit':
      return retryLater(clerkError(429, 'too_many_requests', 'Too many requests'), retryAfter ?? 1);
    default:
      return outage satisfies never;
  }
}

function retryLater(answer: Answer, retryAfter: number | string | undefined): Answer {
  if (retryAfter === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfter) } };
}
