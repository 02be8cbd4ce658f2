/** What this process knows of the keys and of Clerk, from memory. */
export interface Vitals {
  /** A look at keys that are due starts their refresh in the background, so that an idle process stays warm. */
  keys(): KeyState;
  backend(): BackendState;
}

/** The keys that session tokens are verified with. */
export type KeyState =
  /** By hand: they never grow old. */
  | { readonly kind: 'given' }
  | {
      readonly kind: 'fresh' | 'stale';
      /** Milliseconds since they were fetched. */
      readonly age: number;
      /** Why the last fetch failed. */
      readonly failure: string | undefined;
    }
  | { readonly kind: 'none'; readonly failure: string | undefined };

/** How the last call to the Backend API went. */
export type BackendState =
  | { readonly kind: 'ok' }
  /** There was none, or none for long. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failing' | 'key_refused'; readonly reason: string };
