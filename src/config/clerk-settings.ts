import type { KeyObject } from 'node:crypto';
import type { Agent as HttpsAgent } from 'node:https';
import type { RevocationChannel } from '../revocation/revocation-channel.js';
import type { InstanceKind, PublishableKey } from './publishable-key.js';

/** What the code reads: complete, checked, never changed. Made from `ClerkOptions` and the environment at boot. */
export interface ClerkSettings {
  /** `undefined` only when `jwtKeys` can prove session tokens on their own. */
  readonly secretKey: string | undefined;
  /** For asking about M2M tokens in this machine's name. */
  readonly machineSecretKey: string | undefined;
  readonly instanceKind: InstanceKind | undefined;
  readonly publishableKey: PublishableKey | undefined;
  /** Public keys given by hand; empty means that the JWKS is fetched. */
  readonly jwtKeys: readonly KeyObject[];
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly apiVersion: string;
  /** Empty means that `iss` is not checked. */
  readonly issuers: readonly string[];
  /** Empty means that `azp` is not checked. */
  readonly authorizedParties: readonly string[];
  readonly crossSite: 'refuse' | 'allow';
  /** Whose pages may open sockets with cookies, besides those of the host itself. */
  readonly allowedOrigins: readonly string[];
  readonly atTokenEnd: 'end' | 'confirm';
  /** Empty means that `aud` is not checked. */
  readonly audience: readonly string[];
  /** Milliseconds. */
  readonly clockSkew: number;
  readonly clientUat: 'when-present' | 'required';
  readonly clientTokens: boolean;
  readonly treatPendingAsSignedOut: boolean;
  readonly verification: 'networkless' | 'live';
  readonly liveFallback: 'none' | 'token';
  readonly errorBody: 'none' | 'problem' | 'nest';
  readonly audit: 'off' | 'log' | 'error' | 'strict';
  /** Names of files; empty when none is read. */
  readonly envFiles: readonly string[];
  /** How many verified tokens are kept; 0 keeps none. */
  readonly tokenCache: number;
  /** Milliseconds for which a positive answer of the Backend API is cached; 0 caches none. */
  readonly backendCacheTtl: number;
  /** `undefined` means an agent of our own. */
  readonly httpsAgent: HttpsAgent | undefined;
  /** Milliseconds, one try. */
  readonly backendTimeout: number;
  /** Milliseconds, all tries together. */
  readonly backendBudget: number;
  /** `undefined` means that this process hears of nobody else. */
  readonly revocations: RevocationChannel | undefined;
  readonly revocationFallback: 'token' | 'none';
  /** `undefined` keeps no users. */
  readonly userCache: UserCacheSettings | undefined;
  readonly sessionContext: boolean;
  readonly isSatellite: boolean;
  /** Host and port. */
  readonly domain: string | undefined;
  /** A URL or a path of the application, without a trailing slash. */
  readonly proxyUrl: string | undefined;
}

/** How long users are kept, in milliseconds, and how many. */
export interface UserCacheSettings {
  readonly ttl: number;
  /** How much longer while Clerk cannot be asked. */
  readonly stale: number;
  readonly size: number;
}

/** Default values; each stands beside its option in `ClerkOptions` as `@default`. */
export const DEFAULTS = {
  apiUrl: 'https://api.clerk.com',
  apiVersion: 'v1',
  crossSite: 'refuse',
  atTokenEnd: 'end',
  clockSkew: 5000,
  clientUat: 'when-present',
  clientTokens: true,
  treatPendingAsSignedOut: true,
  verification: 'networkless',
  liveFallback: 'none',
  errorBody: 'none',
  audit: 'off',
  tokenCache: 5000,
  backendCacheTtl: 0,
  backendTimeout: 2000,
  backendBudget: 5000,
  revocationFallback: 'token',
  userCache: { ttl: 30_000, stale: 300_000, size: 5000 },
  sessionContext: false,
  isSatellite: false,
} as const;
