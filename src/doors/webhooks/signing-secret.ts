import { isQuoted, QUOTES_LEFT_IN } from '../../config/quoted-text.js';

/** The key in a secret, or what is wrong with it, which never quotes it. */
export type SigningSecret =
  | { readonly kind: 'key'; readonly key: Buffer }
  | { readonly kind: 'wrong'; readonly problem: string };

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Bytes. With an empty key anybody can sign. */
const SHORTEST = 16;
const LONGEST = 128;

/** What people paste in the place of a signing secret. */
const MISTAKEN: readonly (readonly [string, string])[] = [
  ['sk_', "is Clerk's secret key for its Backend API"],
  ['pk_', 'is a publishable key'],
  ['whsk_', 'is a private key of asymmetric webhooks, which Clerk does not use'],
  ['whpk_', 'is a public key of asymmetric webhooks, which Clerk does not use'],
];

const CURE =
  "copy the signing secret of the endpoint from Clerk's Dashboard, under Webhooks: whsec_ and base64.";

export function readSigningSecret(text: string): SigningSecret {
  const secret = text.trim();
  if (isQuoted(secret)) return { kind: 'wrong', problem: QUOTES_LEFT_IN };
  const mistaken = MISTAKEN.find(([prefix]) => secret.startsWith(prefix));
  if (mistaken !== undefined) return { kind: 'wrong', problem: `${mistaken[1]}: ${CURE}` };
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(encoded, 'base64');
  if (BASE64.test(encoded) && key.length >= SHORTEST && key.length <= LONGEST) {
    return { kind: 'key', key };
  }
  return {
    kind: 'wrong',
    problem: `is not ${SHORTEST} to ${LONGEST} bytes of base64 after whsec_: ${CURE}`,
  };
}
