import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** An RSA key pair of one's own, for tokens that no JSON library would write. */
export class RawSigner {
  readonly privateKey: KeyObject;
  /** For the option `jwtKey`. */
  readonly pem: string;

  /** @param modulusLength in bits; a short key is made at once, and good enough where no settings are read */
  constructor(modulusLength = 2048) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
    this.privateKey = privateKey;
    this.pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  /** A compact JWS over header and payload to the letter, RS256, truly signed. */
  sign(header: string | Buffer, payload: string | Buffer): string {
    const signed = `${base64url(header)}.${base64url(payload)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), this.privateKey).toString('base64url')}`;
  }
}

/** Text as a part of a token. */
export function base64url(text: string | Buffer): string {
  return Buffer.from(text).toString('base64url');
}
