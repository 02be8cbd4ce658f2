import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and a certificate that vouches for itself, as PEM: for this machine, and for a day. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/** Made anew each time, so that no key lies in the repository. Node signs and writes keys, and certificates it does not. */
export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text('LocalClerk'))));
  const [now, day] = [Date.now(), 24 * 60 * 60_000];
  const body = der(
    SEQUENCE,
    der(VERSION, Buffer.from([INTEGER, 1, 2])),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    der(SEQUENCE, time(now - day), time(now + day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTETS, LOOPBACK)))),
  );
  const signature = der(BITS, Buffer.from([0]), sign('sha256', body, privateKey));
  const cert = der(SEQUENCE, body, ECDSA_WITH_SHA256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

// Tags of DER (X.690), and of X.509 (RFC 5280 section 4.1).
const [INTEGER, BITS, OCTETS, OBJECT, UTF8, UTC_TIME] = [0x02, 0x03, 0x04, 0x06, 0x0c, 0x17];
const [SEQUENCE, SET, VERSION, EXTENSIONS, IP_ADDRESS] = [0x30, 0x31, 0xa0, 0xa3, 0x87];

const COMMON_NAME = der(OBJECT, Buffer.from('550403', 'hex'));
const SUBJECT_ALT_NAME = der(OBJECT, Buffer.from('551d11', 'hex'));
const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT, Buffer.from('2a8648ce3d040302', 'hex')));
const LOOPBACK = der(SEQUENCE, der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])));

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const sizes = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...sizes]), content]);
}

function text(words: string): Buffer {
  return der(UTF8, Buffer.from(words));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}
