/** Which password opens an account? Kept as they are given: nobody's real password belongs here. */
export class Passwords {
  readonly #chosen = new Map<string, string>();
  readonly #usual: string;

  /** @param usual of everybody who chose none */
  constructor(usual: string) {
    this.#usual = usual;
  }

  choose(userId: string, password: string): void {
    this.#chosen.set(userId, password);
  }

  isRight(userId: string, password: string): boolean {
    return password === (this.#chosen.get(userId) ?? this.#usual);
  }
}
