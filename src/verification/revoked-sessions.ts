/** How many revocations are remembered; session tokens are short-lived, so the oldest no longer matter. */
const CAPACITY = 10_000;

/**
 * Sessions that were revoked through this process. Their tokens stay true to the letter until they run out, but here
 * they are rejected.
 */
export class RevokedSessions {
  private readonly ids = new Set<string>();

  add(sessionId: string): void {
    this.ids.add(sessionId);
    const [oldest] = this.ids;
    if (this.ids.size > CAPACITY && oldest !== undefined) this.ids.delete(oldest);
  }

  has(sessionId: string): boolean {
    return this.ids.has(sessionId);
  }
}
