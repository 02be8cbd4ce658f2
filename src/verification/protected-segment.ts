import type { VerifiedToken } from './verified-token.js';

/** What one kept token may take on average. */
export const BYTES_PER_TOKEN = 4096;

/** A kept token's text, and about twice as much for its claims. */
const BYTES_PER_CHARACTER = 3;

/** A bounded number of tokens, and of bytes; the oldest leaves first. */
export class ProtectedSegment {
  private readonly tokens = new Map<number, VerifiedToken>();
  private bytes = 0;

  constructor(private readonly capacity: number) {}

  find(fingerprint: number, token: string): VerifiedToken | undefined {
    const found = this.tokens.get(fingerprint);
    return found?.token === token ? found : undefined;
  }

  /** Whether the token found a place; one that is too large does not. */
  put(fingerprint: number, kept: VerifiedToken): boolean {
    const bytes = sizeOf(kept);
    const bytesLeft = this.capacity * BYTES_PER_TOKEN - bytes;
    if (this.capacity === 0 || bytesLeft < 0) return false;
    this.remove(fingerprint);
    this.makeRoom(bytesLeft);
    this.tokens.set(fingerprint, kept);
    this.bytes += bytes;
    return true;
  }

  remove(fingerprint: number): void {
    const leaving = this.tokens.get(fingerprint);
    if (leaving === undefined) return;
    this.tokens.delete(fingerprint);
    this.bytes -= sizeOf(leaving);
  }

  private makeRoom(bytesLeft: number): void {
    while (this.tokens.size >= this.capacity || this.bytes > bytesLeft) {
      this.remove(this.tokens.keys().next().value ?? 0);
    }
  }
}

function sizeOf({ token }: { readonly token: string }): number {
  return token.length * BYTES_PER_CHARACTER;
}
