/**
 * The user whom a parameter wants. An object of its own: global pipes come before ours, and one that trims or lowers texts
 * must not make another user of an id.
 */
export class WantedUser {
  readonly #userId: string | null;

  /** @param userId `null` for nobody */
  constructor(userId: string | null) {
    this.#userId = userId;
    Object.freeze(this);
  }

  get userId(): string | null {
    return this.#userId;
  }
}
