import type { BackendState, KeyState, Vitals } from './vitals.js';

/** How well callers can be told apart right now. */
export interface ClerkHealthStatus {
  /**
   * `up`: all is well. `degraded`: session tokens are verified, but the keys are older than they should be, or Clerk cannot
   * be asked. `down`: no session token can be verified.
   */
  readonly state: 'up' | 'degraded' | 'down';
  /** The keys that session tokens are verified with: given by hand, five minutes old at most, older, or none. */
  readonly keys: 'given' | 'fresh' | 'stale' | 'none';
  /** Whole seconds since the keys were fetched; left out where they were given, or there are none. */
  readonly age?: number;
  /** How the last call to Clerk went; `unknown` where there was none in the last five minutes. */
  readonly backend: 'ok' | 'failing' | 'key_refused' | 'unknown';
  /** What is wrong, for people; holds no key, token or id. */
  readonly reason?: string;
}

/** What the vitals come to. */
export function healthStatusOf(vitals: Vitals): ClerkHealthStatus {
  const keys = vitals.keys();
  const backend = vitals.backend();
  const reason = reasonIn(keys, backend);
  return {
    state: stateOf(keys, reason),
    keys: keys.kind,
    ...('age' in keys ? { age: Math.floor(keys.age / 1000) } : {}),
    backend: backend.kind,
    ...(reason === undefined ? {} : { reason }),
  };
}

function stateOf(keys: KeyState, reason: string | undefined): ClerkHealthStatus['state'] {
  if (keys.kind === 'none') return 'down';
  return reason === undefined ? 'up' : 'degraded';
}

function reasonIn(keys: KeyState, backend: BackendState): string | undefined {
  if (backend.kind === 'key_refused') return backend.reason;
  if (keys.kind !== 'given' && keys.failure !== undefined) return keys.failure;
  if (keys.kind === 'none') return 'no keys have been fetched yet';
  if (keys.kind === 'stale') return 'the keys are older than five minutes';
  return backend.kind === 'failing' ? backend.reason : undefined;
}
