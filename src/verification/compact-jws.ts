import { verify, type KeyObject } from 'node:crypto';
import { LONGEST_CREDENTIAL, type SessionTokenText } from '../credentials/token-shape.js';
import type { UnverifiedReader } from '../credentials/unverified-claims.js';

/** A JSON object nobody has vouched for. */
export type Untrusted = Readonly<Record<string, unknown>>;

/** A JSON Web Signature in compact form (RFC 7515 section 3.1), taken apart. */
export interface CompactJws {
  readonly header: Untrusted;
  readonly payload: Untrusted;
}

/**
 * Reads and checks compact JWS and does nothing else. Works in one buffer of its own: a fresh one for every part of
 * every token would cost more than decoding it.
 */
export class JwsReader implements UnverifiedReader {
  private readonly bytes = Buffer.allocUnsafe(LONGEST_CREDENTIAL);
  private headerPart: string | undefined;
  private header: Untrusted | undefined;
  private peeked: string | undefined;
  private peekedPayload: Untrusted | undefined;

  /** `undefined` when a token of three base64url parts cannot be decoded, or header or payload is no JSON object. */
  read(token: SessionTokenText): CompactJws | undefined {
    const header = this.readHeader(headerOf(token));
    const payload = token === this.peeked ? this.takePeeked() : this.readPayload(token);
    if (header === undefined || payload === undefined) return undefined;
    return isDecodable(token.length - token.lastIndexOf('.') - 1) ? { header, payload } : undefined;
  }

  /** The payload of any text of three parts. Mostly the same token is read next, so it need not be decoded twice. */
  peek(token: string): Untrusted | undefined {
    if (!hasThreeParts(token) || this.readHeader(headerOf(token)) === undefined) return undefined;
    this.peekedPayload = this.readPayload(token);
    this.peeked = token;
    return this.peekedPayload;
  }

  /** The header of any text of three parts. */
  peekHeader(token: string): Untrusted | undefined {
    return this.readHeader(headerOf(token));
  }

  /** The payload alone. */
  readPayload(token: string): Untrusted | undefined {
    return this.readObject(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')));
  }

  /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). The key must be an RSA public key. */
  isSignedBy(token: SessionTokenText, key: KeyObject): boolean {
    const signedEnd = token.lastIndexOf('.');
    const signed = this.bytes.write(token.slice(0, signedEnd), 'latin1');
    const signature = this.bytes.write(token.slice(signedEnd + 1), signed, 'base64url');
    return verify(
      'RSA-SHA256',
      this.bytes.subarray(0, signed),
      key,
      this.bytes.subarray(signed, signed + signature),
    );
  }

  /** Handed out once: whoever gets claims may change them. */
  private takePeeked(): Untrusted | undefined {
    const payload = this.peekedPayload;
    this.peeked = undefined;
    this.peekedPayload = undefined;
    return payload;
  }

  /** An instance's tokens bear the same header until its key changes, so the last one is kept. */
  private readHeader(part: string): Untrusted | undefined {
    if (part === this.headerPart) return this.header;
    this.header = this.readObject(part);
    this.headerPart = part;
    return this.header;
  }

  private readObject(part: string): Untrusted | undefined {
    if (!isDecodable(part.length)) return undefined;
    const length = this.bytes.write(part, 'base64url');
    try {
      const value: unknown = JSON.parse(this.bytes.toString('utf8', 0, length));
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

function headerOf(token: string): string {
  return token.slice(0, token.indexOf('.'));
}

function hasThreeParts(token: string): boolean {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  return first >= 0 && second === token.lastIndexOf('.');
}

/** No base64url text leaves a single character over; Node's decoder would drop it. */
function isDecodable(length: number): boolean {
  return length % 4 !== 1;
}

function isObject(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
