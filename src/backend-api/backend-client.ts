import type { HttpService } from '@nestjs/axios';
import {
  catchError,
  defer,
  firstValueFrom,
  map,
  retry,
  throwError,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import type { ClerkSettings } from '../config/clerk-settings.js';
import type { BackendAnswer, BackendCall } from './backend-call.js';
import { canBeRepeated, outageIn, pauseBefore, unavailable } from './outage.js';
import { readRetryAfter } from './retry-after.js';

/** How the Backend API is reached. */
export type BackendClientSettings = Pick<
  ClerkSettings,
  'apiUrl' | 'apiVersion' | 'backendTimeout' | 'backendBudget'
> & {
  /** `undefined` only where every call brings a key of its own. */
  readonly secretKey: string | undefined;
};

/**
 * The newest dated version that still has `sessions/{id}/verify`. Newer ones answer it with 404 or 410, which is
 * understood too; this one saves the second call.
 */
const CLERK_API_VERSION = '2025-03-12';

/** Asks the Backend API: a time-out for every try, retries where they are safe, all within one budget. */
export class BackendClient {
  private closed = false;

  constructor(
    private readonly http: HttpService,
    private readonly settings: BackendClientSettings,
  ) {}

  /**
   * Any answer below 500 other than 429 is an answer; what it means is for the asker to say.
   *
   * @throws AuthorityUnavailable when there was none
   */
  send(call: BackendCall): Promise<BackendAnswer> {
    const { backendTimeout, backendBudget } = this.settings;
    const deadline = performance.now() + backendBudget;
    const tries = defer(() => this.try(call)).pipe(
      timeout(backendTimeout),
      retry({ delay: (reason, failures) => this.pause(call, reason, failures, deadline) }),
      timeout(backendBudget),
      catchError((reason: unknown) => throwError(() => unavailable(call, reason))),
    );
    return firstValueFrom(tries);
  }

  /** What is under way is not tried again: the application is closing. */
  close(): void {
    this.closed = true;
  }

  private try(call: BackendCall): Observable<BackendAnswer> {
    const headers = {
      Accept: 'application/json',
      Authorization: `Bearer ${call.secretKey ?? this.settings.secretKey ?? ''}`,
      'Clerk-API-Version': CLERK_API_VERSION,
      'User-Agent': 'nestjs-clerk-auth',
    };
    const url = this.urlOf(call);
    const request = { method: call.method, url, headers, data: call.body };
    return this.http.request<unknown>(request).pipe(
      map(({ status, data, headers: { 'retry-after': wait } }) => {
        const answer = { status, body: data, retryAfter: readRetryAfter(wait) };
        const outage = outageIn(call, answer);
        if (outage !== undefined) throw outage;
        return answer;
      }),
    );
  }

  private urlOf({ path, versioned = true }: BackendCall): string {
    const { apiUrl, apiVersion } = this.settings;
    return versioned ? `${apiUrl}/${apiVersion}${path}` : `${apiUrl}${path}`;
  }

  /** Waits before the next try, unless there must be none or it would come too late. */
  private pause(
    call: BackendCall,
    reason: unknown,
    failures: number,
    deadline: number,
  ): Observable<unknown> {
    const wait = pauseBefore(failures, reason);
    const inTime = !this.closed && performance.now() + wait < deadline;
    return inTime && canBeRepeated(call, reason, failures) ? timer(wait) : throwError(() => reason);
  }
}
