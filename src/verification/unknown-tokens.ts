import { createHash } from 'node:crypto';

/** Milliseconds. */
const REMEMBERED_FOR = 5000;

/** How many are remembered at the most; the oldest leaves first. */
const CAPACITY = 1000;

/**
 * Tokens that Clerk said it does not know, for a few seconds: whoever presents one again and again causes one call. A
 * new sign-in or a new key brings a new token, so this is the one refusal that does not turn a moment later.
 */
export class UnknownTokens {
  /** When Clerk said so, in milliseconds since the epoch, by fingerprint of the whole token. */
  private readonly refusedAt = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  has(kind: string, token: string): boolean {
    if (this.refusedAt.size === 0) return false;
    const fingerprint = fingerprintOf(kind, token);
    const at = this.refusedAt.get(fingerprint);
    if (at === undefined) return false;
    // A clock that was set back makes the refusal older, never younger.
    if (Math.abs(this.now() - at) < REMEMBERED_FOR) return true;
    this.refusedAt.delete(fingerprint);
    return false;
  }

  add(kind: string, token: string): void {
    const fingerprint = fingerprintOf(kind, token);
    this.refusedAt.delete(fingerprint);
    this.refusedAt.set(fingerprint, this.now());
    const [oldest] = this.refusedAt.keys();
    if (this.refusedAt.size > CAPACITY && oldest !== undefined) this.refusedAt.delete(oldest);
  }
}

/** Tokens are long and a stranger's to choose: their hashes are short. */
function fingerprintOf(kind: string, token: string): string {
  return createHash('sha256').update(`${kind} ${token}`).digest('base64');
}
