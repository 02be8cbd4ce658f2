import { randomBytes, randomInt } from 'node:crypto';
import type { InstanceKind } from '../../config/publishable-key.js';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ADJECTIVES = ['bold', 'calm', 'eager', 'fair', 'gentle', 'keen', 'proud', 'quiet'];
const ANIMALS = ['alpaca', 'badger', 'crane', 'dingo', 'heron', 'lynx', 'otter', 'puma'];

/** What each kind of thing's ids begin with. */
type IdPrefix =
  | 'user'
  | 'client'
  | 'sess'
  | 'ins'
  | 'org'
  | 'orgmem'
  | 'dvb'
  | 'sia'
  | 'sua'
  | 'mch'
  | 'msg'
  | MachinePrefix;

/** With which API keys, M2M tokens and OAuth tokens begin, their ids as well as their secrets. */
export type MachinePrefix = 'ak' | 'mt' | 'oat';

/** An id as Clerk makes them: the prefix, an underscore, 27 letters and digits. */
export function randomId(prefix: IdPrefix): string {
  return `${prefix}_${alphanumeric(27)}`;
}

/** An opaque token as browsers of Clerk's original protocol hold it; no dots, so it never looks like a JWT. */
export function randomClientToken(): string {
  return `clt_${randomBytes(32).toString('base64url')}`;
}

export function randomSecretKey(kind: InstanceKind): string {
  return `sk_${kind}_${alphanumeric(42)}`;
}

/** What a machine sends; longer than an id, which may be seen. */
export function randomMachineCredential(prefix: MachinePrefix): string {
  return `${prefix}_${alphanumeric(42)}`;
}

/** What an endpoint of webhooks shares with Clerk: 24 bytes, as Svix makes them. */
export function randomSigningSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/**
 * A key of an instance that nobody else has, such as `calm-otter-4711.clerk.accounts.dev`. Nobody can own a name below
 * `.example` (RFC 2606), so no live key is ever like one of these.
 */
export function randomPublishableKey(kind: InstanceKind): string {
  const name = `${oneOf(ADJECTIVES)}-${oneOf(ANIMALS)}-${String(randomInt(1_000_000))}`;
  const host = kind === 'live' ? `clerk.${name}.example` : `${name}.clerk.accounts.dev`;
  return `pk_${kind}_${Buffer.from(`${host}$`).toString('base64url')}`;
}

/** What Clerk hands out once, in exchange for the cookies that a handshake came to. */
export function randomNonce(): string {
  return `nonce_${randomBytes(24).toString('base64url')}`;
}

/** With which a server gets the next session token of a browser. */
export function randomRefreshToken(): string {
  return `rft_${randomBytes(32).toString('base64url')}`;
}

function alphanumeric(length: number): string {
  return Array.from({ length }, () => ALPHANUMERIC.charAt(randomInt(ALPHANUMERIC.length))).join('');
}

function oneOf(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? '';
}
