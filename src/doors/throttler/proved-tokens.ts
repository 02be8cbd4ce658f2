import { createHash } from 'node:crypto';

/** How many are remembered; each takes some hundred bytes. */
const CAPACITY = 10_000;

/** Tokens that Clerk accepted when it was asked last. What a stranger does at their address must not keep them out. */
export class ProvedTokens {
  private readonly fingerprints = new Set<string>();

  has(token: string): boolean {
    return this.fingerprints.size > 0 && this.fingerprints.has(fingerprintOf(token));
  }

  add(token: string): void {
    const fingerprint = fingerprintOf(token);
    this.fingerprints.delete(fingerprint);
    this.fingerprints.add(fingerprint);
    const [oldest] = this.fingerprints;
    if (this.fingerprints.size > CAPACITY && oldest !== undefined) this.fingerprints.delete(oldest);
  }

  delete(token: string): void {
    this.fingerprints.delete(fingerprintOf(token));
  }
}

function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
