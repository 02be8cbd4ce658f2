/** What a user or an organization pays for, by slugs without a scope in front. */
export interface Subscription {
  /** `undefined` as long as nobody said. */
  readonly features: readonly string[] | undefined;
  readonly plans: readonly string[];
}

/** What is left out stays as it is. */
interface SubscriptionChange {
  readonly features?: readonly string[] | undefined;
  readonly plans?: readonly string[] | undefined;
}

const NONE: Subscription = { features: undefined, plans: [] };

/** Which features and plans does a payer have? That is Clerk's word for a user or an organization. */
export class Subscriptions {
  readonly #byPayer = new Map<string, Subscription>();

  of(payerId: string): Subscription {
    return this.#byPayer.get(payerId) ?? NONE;
  }

  /** @throws Error for what no feature or plan could be called */
  change(payerId: string, { features, plans }: SubscriptionChange): void {
    const known = this.of(payerId);
    const changed = {
      features: features === undefined ? known.features : slugs(features),
      plans: plans === undefined ? known.plans : slugs(plans),
    };
    this.#byPayer.set(payerId, Object.freeze(changed));
  }
}

/** Each once. A comma or a colon in one would make it another in a token. */
function slugs(given: readonly string[]): readonly string[] {
  const wrong = given.find((slug) => !/^[\w-]+$/.test(slug));
  if (wrong === undefined) return [...new Set(given)];
  throw new Error(
    `A feature or a plan is called by its slug, such as invoices. ${JSON.stringify(wrong)} is none.`,
  );
}
