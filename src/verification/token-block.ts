import type { SessionTokenText } from '../credentials/token-shape.js';
import type { Signer, VerifiedText } from './verified-token.js';

/** In front of every text: its length in two bytes, and in one the place of its signer. */
const PREFIX = 3;
const MOST_SIGNERS = 256;

/**
 * Verified tokens as bytes, one behind the other, until a number of them or of bytes is reached. Outside the heap:
 * texts that live for a minute are what the garbage collector would copy around.
 */
export class TokenBlock {
  private bytes: Buffer | undefined;
  private end = 0;
  private readonly signers: Signer[] = [];
  private readonly starts = new Map<number, number>();

  constructor(
    private readonly capacity: number,
    private readonly byteLength: number,
  ) {}

  find(fingerprint: number, token: string): VerifiedText | undefined {
    const start = this.starts.get(fingerprint);
    if (start === undefined || this.bytes === undefined) return undefined;
    const first = start + PREFIX;
    const text = this.bytes.toString('latin1', first, first + this.bytes.readUInt16LE(start));
    const signer = this.signers[this.bytes[start + 2] ?? MOST_SIGNERS];
    return text === token && signer !== undefined ? { token: text, ...signer } : undefined;
  }

  /** Whether there was room. The text must be one byte a character, as all that is base64url is. */
  put(fingerprint: number, token: SessionTokenText, signer: Signer): boolean {
    const at = this.placeOf(signer);
    const end = this.end + PREFIX + token.length;
    const isFull = this.starts.size >= this.capacity || end > this.byteLength;
    if (isFull || at === MOST_SIGNERS) return false;
    this.bytes ??= Buffer.allocUnsafeSlow(this.byteLength);
    this.bytes.writeUInt16LE(token.length, this.end);
    this.bytes[this.end + 2] = at;
    this.bytes.write(token, this.end + PREFIX, 'latin1');
    this.starts.set(fingerprint, this.end);
    this.end = end;
    return true;
  }

  remove(fingerprint: number): void {
    this.starts.delete(fingerprint);
  }

  /** Forgets them all and keeps their room: new memory would be cleared and freed for nothing. */
  clear(): void {
    this.end = 0;
    this.signers.length = 0;
    this.starts.clear();
  }

  private placeOf({ key, keyId }: Signer): number {
    const at = this.signers.findIndex((known) => known.key === key && known.keyId === keyId);
    if (at >= 0 || this.signers.length === MOST_SIGNERS) return at >= 0 ? at : MOST_SIGNERS;
    return this.signers.push({ key, keyId }) - 1;
  }
}
