import { verify, type KeyObject } from 'node:crypto';
import type { SessionTokenText } from '../credentials/token-shape.js';

/** A JSON object nobody has vouched for. */
export type Untrusted = Readonly<Record<string, unknown>>;

/** A JSON Web Signature in compact form (RFC 7515 section 3.1), taken apart once. */
export interface CompactJws {
  readonly header: Untrusted;
  readonly payload: Untrusted;
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** Takes tokens apart. An instance's tokens bear the same header until its key changes, so the last one is kept. */
export class JwsParser {
  private headerPart = '';
  private header: Untrusted | undefined;

  /** `undefined` when header or payload of a token of three base64url parts is no JSON object. */
  parse(token: SessionTokenText): CompactJws | undefined {
    const headerEnd = token.indexOf('.');
    const payloadEnd = token.lastIndexOf('.');
    const header = this.readHeader(token.slice(0, headerEnd));
    const payload = readPayload(token);
    const signature = decode(token.slice(payloadEnd + 1));
    if (header === undefined || payload === undefined || signature === undefined) return undefined;
    const signingInput = Buffer.from(token.slice(0, payloadEnd), 'latin1');
    return { header, payload, signingInput, signature };
  }

  private readHeader(part: string): Untrusted | undefined {
    if (part === this.headerPart) return this.header;
    this.header = parseObject(part);
    this.headerPart = part;
    return this.header;
  }
}

/** The payload alone of a token of three base64url parts. */
export function readPayload(token: string): Untrusted | undefined {
  return parseObject(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')));
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). The key must be an RSA public key. */
export function isSignedBy(jws: CompactJws, key: KeyObject): boolean {
  return verify('RSA-SHA256', jws.signingInput, key, jws.signature);
}

/** No base64url text leaves a single character over; Node's decoder would drop it. */
function decode(part: string): Buffer | undefined {
  return part.length % 4 === 1 ? undefined : Buffer.from(part, 'base64url');
}

function parseObject(part: string): Untrusted | undefined {
  try {
    const value: unknown = JSON.parse(decode(part)?.toString('utf8') ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
