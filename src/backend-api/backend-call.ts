/** One question to the Backend API. */
export interface BackendCall {
  readonly method: 'GET' | 'POST';
  /** Below the version if there is one, beginning with a slash. Never holds anything a caller wrote, except checked and encoded ids. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Whether asking twice does no harm. */
  readonly repeatable: boolean;
  /** Whether the path stands below the API's version. Default: yes. */
  readonly versioned?: boolean;
  /**
   * What the question shares breaker and room with. Strangers cause `'callers'`; they must not keep keys from being
   * fetched, nor sessions from being revoked. Users that the application wants to see keep nobody out. Default: `'callers'`.
   */
  readonly lane?: 'callers' | 'keys' | 'revocations' | 'users';
  /** Whether a pause that Clerk asks for is waited out, if the budget allows it. Default: yes. */
  readonly waitsOut?: boolean;
  /** Another key than the instance's to ask with. */
  readonly secretKey?: string | undefined;
}

/** What came back, whatever it says. */
export interface BackendAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Whole seconds from `Retry-After`, if it was sent. */
  readonly retryAfter: number | undefined;
}
