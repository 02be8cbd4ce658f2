import type { VerifiedToken } from './verified-token.js';

/** End of the signature, 192 bits: enough to tell tokens apart, and much quicker to hash than the whole text. */
const LABEL_LENGTH = 32;

/** Bytes that one kept token may take on average: its text, and about twice as much for its claims. */
const BYTES_EACH = 4096;
const BYTES_PER_CHARACTER = 3;

/** A bounded number of tokens, and of bytes; the oldest leaves first. */
export class TokenShelf {
  private readonly tokens = new Map<string, VerifiedToken>();
  private bytes = 0;

  constructor(private readonly capacity: number) {}

  find(token: string): VerifiedToken | undefined {
    const found = this.tokens.get(labelOf(token));
    return found?.token === token ? found : undefined;
  }

  /** Whether the token found a place; one that is too large does not. */
  put(verified: VerifiedToken): boolean {
    const room = this.capacity * BYTES_EACH - sizeOf(verified);
    if (room < 0) return false;
    this.removeLabelled(labelOf(verified.token));
    this.makeRoom(room);
    this.tokens.set(labelOf(verified.token), verified);
    this.bytes += sizeOf(verified);
    return true;
  }

  remove(token: string): void {
    if (this.find(token) !== undefined) this.removeLabelled(labelOf(token));
  }

  private makeRoom(bytesLeft: number): void {
    while (this.tokens.size >= this.capacity || this.bytes > bytesLeft) {
      const [oldest = ''] = this.tokens.keys();
      this.removeLabelled(oldest);
    }
  }

  private removeLabelled(label: string): void {
    const leaving = this.tokens.get(label);
    if (leaving === undefined) return;
    this.tokens.delete(label);
    this.bytes -= sizeOf(leaving);
  }
}

function labelOf(token: string): string {
  return token.slice(-LABEL_LENGTH);
}

function sizeOf({ token }: VerifiedToken): number {
  return token.length * BYTES_PER_CHARACTER;
}
