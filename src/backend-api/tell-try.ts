import { tap, TimeoutError, type MonoTypeOperatorFunction } from 'rxjs';
import { Channel } from '../diagnostics/channel.js';
import { CHANNELS } from '../diagnostics/channels.js';
import type { BackendAnswer, BackendCall } from './backend-call.js';
import { codeOf } from './outage.js';
import { routeOf } from './route-of.js';

/** What is told on the channel `nestjs-clerk-auth:backend-call`: one try to call Clerk's Backend API is over. */
export type BackendCallDiagnostic = {
  /** Of HTTP. */
  readonly method: 'GET' | 'POST';
  /** The path below the API's version, with `{id}` in the place of every id, and without a query: `/sessions/{id}/verify`. */
  readonly route: string;
  /** From the sending to the answer, or to giving up. */
  readonly milliseconds: number;
} & (
  | {
      /** What was answered, whatever it means. */
      readonly status: number;
    }
  | {
      /** Why there was no answer: `timeout`, or Node's code such as `ECONNREFUSED`. */
      readonly error: string;
    }
);

const TRIES = new Channel<BackendCallDiagnostic>(CHANNELS.backendCall);

/** Tells of each try, as soon as it is over. */
export function tellTry({ method, path }: BackendCall): MonoTypeOperatorFunction<BackendAnswer> {
  if (!TRIES.hasSubscribers) return (same) => same;
  const begun = performance.now();
  const what = () => ({ method, route: routeOf(path), milliseconds: performance.now() - begun });
  return tap({
    next: ({ status }) => {
      TRIES.publish({ ...what(), status });
    },
    error: (reason: unknown) => {
      const error = reason instanceof TimeoutError ? 'timeout' : codeOf(reason);
      TRIES.publish({ ...what(), error });
    },
  });
}
