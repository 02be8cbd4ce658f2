import type { VerifiedToken } from './verified-token.js';

/** What one kept token may take on average. */
export const BYTES_PER_TOKEN = 4096;

/** A kept token's text, and about twice as much for its claims. */
const BYTES_PER_CHARACTER = 3;

/** A bounded number of tokens, and of bytes; the oldest leaves first. */
export class TokenShelf {
  private readonly tokens = new Map<number, VerifiedToken>();
  private bytes = 0;

  constructor(private readonly capacity: number) {}

  find(label: number, token: string): VerifiedToken | undefined {
    const found = this.tokens.get(label);
    return found?.token === token ? found : undefined;
  }

  /** Whether the token found a place; one that is too large does not. */
  put(label: number, kept: VerifiedToken): boolean {
    const bytes = sizeOf(kept);
    const bytesLeft = this.capacity * BYTES_PER_TOKEN - bytes;
    if (bytesLeft < 0) return false;
    this.remove(label);
    this.makeRoom(bytesLeft);
    this.tokens.set(label, kept);
    this.bytes += bytes;
    return true;
  }

  remove(label: number): void {
    const leaving = this.tokens.get(label);
    if (leaving === undefined) return;
    this.tokens.delete(label);
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
