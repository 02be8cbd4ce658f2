/** End of the signature, 192 bits: enough to tell tokens apart, and much quicker to hash than the whole text. */
const LABEL_LENGTH = 32;

/** Bytes that one kept token may take on average: its text, and about twice as much for its claims if they are kept. */
const BYTES_EACH = 4096;
const BYTES_PER_CHARACTER = 3;

/** The label under which a token is looked up; what is found must still be compared with the whole token. */
export function labelOf(token: string): string {
  return token.slice(-LABEL_LENGTH);
}

/** A bounded number of tokens, and of bytes; the oldest leaves first. */
export class TokenShelf<Kept extends { readonly token: string }> {
  private readonly tokens = new Map<string, Kept>();
  private bytes = 0;

  constructor(private readonly capacity: number) {}

  find(label: string, token: string): Kept | undefined {
    const found = this.tokens.get(label);
    return found?.token === token ? found : undefined;
  }

  /** Whether the token found a place; one that is too large does not. */
  put(label: string, kept: Kept): boolean {
    const bytes = sizeOf(kept);
    const bytesLeft = this.capacity * BYTES_EACH - bytes;
    if (bytesLeft < 0) return false;
    this.remove(label);
    this.makeRoom(bytesLeft);
    this.tokens.set(label, kept);
    this.bytes += bytes;
    return true;
  }

  remove(label: string): void {
    const leaving = this.tokens.get(label);
    if (leaving === undefined) return;
    this.tokens.delete(label);
    this.bytes -= sizeOf(leaving);
  }

  private makeRoom(bytesLeft: number): void {
    while (this.tokens.size >= this.capacity || this.bytes > bytesLeft) {
      this.remove(this.tokens.keys().next().value ?? '');
    }
  }
}

function sizeOf({ token }: { readonly token: string }): number {
  return token.length * BYTES_PER_CHARACTER;
}
