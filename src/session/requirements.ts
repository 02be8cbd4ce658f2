/** How recently, and how strongly, the user must have proved who they are. */
export type Reverification =
  /** 10 minutes, both factors where a second one is enrolled. */
  | 'strict_mfa'
  /** 10 minutes, the second factor, or the first where no second one is enrolled. */
  | 'strict'
  /** 60 minutes, as `strict`. */
  | 'moderate'
  /** 1440 minutes, as `strict`. */
  | 'lax'
  | {
      readonly level: 'first_factor' | 'second_factor' | 'multi_factor';
      /** Minutes; the proof must be younger. */
      readonly afterMinutes: number;
    };

/** What a session may be asked to have. Several demands must all be met. */
export interface SessionRequirements {
  /** Role in the active organisation, `org:admin` or `admin`. */
  readonly role?: string;
  /** Permission in the active organisation, `org:invoices:create`. */
  readonly permission?: string;
  /** Feature slug; `org:…` or `user:…` before it says whose. */
  readonly feature?: string;
  /** Plan slug; `org:…` or `user:…` before it says whose. */
  readonly plan?: string;
  readonly reverification?: Reverification;
}
