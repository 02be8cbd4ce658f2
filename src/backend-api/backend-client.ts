import type { HttpService } from '@nestjs/axios';
import type { AxiosRequestConfig } from 'axios';
import {
  catchError,
  defer,
  finalize,
  firstValueFrom,
  map,
  retry,
  tap,
  throwError,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import type { ClerkSettings } from '../config/clerk-settings.js';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import { Agents } from './agents.js';
import type { BackendAnswer, BackendCall } from './backend-call.js';
import { BackendPulse } from './backend-pulse.js';
import { CallsInFlight } from './calls-in-flight.js';
import { CircuitBreaker, type Question } from './circuit-breaker.js';
import { httpPins } from './http-pins.js';
import { NotAsked } from './not-asked.js';
import {
  askedPauseOf,
  canBeRepeated,
  foreignAnswerIn,
  inBrief,
  outageIn,
  pauseBefore,
  unavailable,
} from './outage.js';
import { readRetryAfter } from './retry-after.js';
import { tellTry } from './tell-try.js';

/** How the Backend API is reached. */
export type BackendClientSettings = Pick<
  ClerkSettings,
  'apiUrl' | 'apiVersion' | 'backendTimeout' | 'backendBudget' | 'httpsAgent'
> & {
  /** `undefined` only where every call brings a key of its own. */
  readonly secretKey: string | undefined;
};

/**
 * The newest dated version that still has `sessions/{id}/verify`. Newer ones answer it with 404 or 410, which is
 * understood too; this one saves the second call.
 */
const CLERK_API_VERSION = '2025-03-12';

/** Calls under way at once that callers cause, or that keep them safe. */
const MOST_CALLS = 64;

/** Room that strangers cannot take: two for keys, which are fetched once for everybody, and six for revocations. */
const KEY_CALLS = 2;
const REVOCATION_CALLS = 6;

/** Users that the application looks up have sockets of their own: a page full of them keeps no session from being checked. */
const USER_CALLS = 16;

/** Questions that wait for room; as many as Clerk answers an instance in ten seconds. */
const MOST_WAITING = 1000;

/** What questions of one kind share. */
interface Lane {
  readonly breaker: CircuitBreaker;
  readonly room: CallsInFlight;
}

/**
 * Asks the Backend API: a time-out for every try, retries where they are safe, all within one budget; a bounded number
 * at once, and none at all while Clerk does not answer or asked for a pause.
 */
export class BackendClient {
  readonly pulse: BackendPulse;
  private closed = false;
  private readonly callers: Lane;
  private readonly keys: Lane;
  private readonly users: Lane;
  private readonly agents: Agents;
  private readonly pins: AxiosRequestConfig;
  private readonly revocationRoom = new CallsInFlight(REVOCATION_CALLS, MOST_WAITING);

  constructor(
    private readonly http: HttpService,
    private readonly settings: BackendClientSettings,
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {
    this.pulse = new BackendPulse(now);
    this.agents = new Agents(MOST_CALLS + USER_CALLS, settings.httpsAgent);
    this.pins = httpPins(this.agents);
    const callers = MOST_CALLS - KEY_CALLS - REVOCATION_CALLS;
    this.callers = laneOf(now, new CallsInFlight(callers, MOST_WAITING));
    this.keys = laneOf(now, new CallsInFlight(KEY_CALLS, MOST_WAITING));
    this.users = laneOf(now, new CallsInFlight(USER_CALLS, MOST_WAITING));
  }

  /**
   * Any answer below 500 other than 429 is an answer; what it means is for the asker to say.
   *
   * @throws AuthorityUnavailable when there was none, or Clerk was not asked for the moment
   */
  send(call: BackendCall): Promise<BackendAnswer> {
    const lane = this.laneOf(call);
    const answer = defer(() => {
      const question = lane.breaker.admit();
      const over = (): void => lane.breaker.release(question);
      return this.ask(call, lane, question).pipe(finalize(over));
    });
    const outage = (reason: unknown) => throwError(() => this.noted(call, reason));
    return firstValueFrom(
      answer.pipe(
        tap(() => {
          this.pulse.answered();
        }),
        catchError(outage),
      ),
    );
  }

  private noted(call: BackendCall, reason: unknown): AuthorityUnavailable {
    const outage = unavailable(call, reason);
    if (!(outage instanceof NotAsked) && !this.closed) this.pulse.failed(inBrief(call, outage));
    return outage;
  }

  /** What is under way is not tried again: the application is closing. */
  close(): void {
    this.closed = true;
    this.agents.destroy();
  }

  private laneOf({ lane = 'callers' }: BackendCall): Lane {
    switch (lane) {
      case 'callers':
        return this.callers;
      case 'keys':
        return this.keys;
      case 'users':
        return this.users;
      case 'revocations':
        // Rare, and an administrator's: tried whatever strangers have brought about, and judged by itself.
        return laneOf(this.now, this.revocationRoom);
    }
  }

  private ask(call: BackendCall, lane: Lane, question: Question): Observable<BackendAnswer> {
    const deadline = performance.now() + this.settings.backendBudget;
    const left = (): number => Math.max(deadline - performance.now(), 1);
    const attempt = (): Observable<BackendAnswer> => {
      lane.breaker.assertMayGoOn(question);
      return this.try(call).pipe(
        timeout(Math.min(this.settings.backendTimeout, left())),
        tellTry(call),
        tap((answer) => {
          const outage = outageIn(call, answer) ?? foreignAnswerIn(answer);
          if (outage !== undefined) throw outage;
        }),
      );
    };
    return defer(() => lane.room.run(() => defer(attempt), left())).pipe(
      retry({
        delay: (reason: unknown, failures) => {
          const wait = this.pauseBeforeRetry(call, reason, failures, deadline);
          return allow(lane.breaker, question, reason, wait)
            ? timer(wait)
            : throwError(() => reason);
        },
      }),
      tap(() => lane.breaker.answered(question)),
    );
  }

  private try(call: BackendCall): Observable<BackendAnswer> {
    const headers = {
      Accept: 'application/json',
      ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      Authorization: `Bearer ${call.secretKey ?? this.settings.secretKey ?? ''}`,
      'Clerk-API-Version': CLERK_API_VERSION,
      'User-Agent': 'nestjs-clerk-auth',
    };
    const url = this.urlOf(call);
    const request = { ...this.pins, method: call.method, url, headers, data: call.body };
    return this.http.request<unknown>(request).pipe(
      map(({ status, data, headers: { 'retry-after': wait } }) => ({
        status,
        body: data,
        retryAfter: readRetryAfter(wait),
      })),
    );
  }

  private urlOf({ path, versioned = true }: BackendCall): string {
    const { apiUrl, apiVersion } = this.settings;
    return versioned ? `${apiUrl}/${apiVersion}${path}` : `${apiUrl}${path}`;
  }

  /** Milliseconds; `undefined` when there must be no other try, or it would come too late. */
  private pauseBeforeRetry(
    call: BackendCall,
    reason: unknown,
    failures: number,
    deadline: number,
  ): number | undefined {
    if (this.closed || !canBeRepeated(call, reason, failures)) return undefined;
    if (call.waitsOut === false && askedPauseOf(reason) > 0) return undefined;
    const wait = pauseBefore(failures, reason);
    return performance.now() + wait < deadline ? wait : undefined;
  }
}

function laneOf(now: () => number, room: CallsInFlight): Lane {
  return { breaker: new CircuitBreaker(now), room };
}

/** Tells the breaker of a failure; whether the question may be tried again after the pause. */
function allow(
  breaker: CircuitBreaker,
  question: Question,
  reason: unknown,
  wait: number | undefined,
): wait is number {
  if (reason instanceof NotAsked) return false;
  const asked = askedPauseOf(reason);
  // A broken connection counts only if it stays broken: many kept ones may break at once, and the next try is fine.
  const isLast = wait === undefined || question.isProbe;
  if (isLast || reason instanceof AuthorityUnavailable) breaker.failed(question, asked);
  if (isLast) return false;
  return breaker.mayGoOn(question)
    ? !question.isProbe
    : asked > 0 && breaker.reserveProbe(question);
}
