import type { ClerkOptions } from './clerk-options.js';

// An object rather than a list: the compiler then demands that every option is named here, and nothing else.
const NAMES: Record<keyof ClerkOptions, true> = {
  secretKey: true,
  machineSecretKey: true,
  publishableKey: true,
  jwtKey: true,
  apiUrl: true,
  apiVersion: true,
  issuer: true,
  authorizedParties: true,
  crossSite: true,
  allowedOrigins: true,
  atTokenEnd: true,
  audience: true,
  clockSkew: true,
  clientUat: true,
  clientTokens: true,
  treatPendingAsSignedOut: true,
  verification: true,
  liveFallback: true,
  errorBody: true,
  audit: true,
  envFiles: true,
  tokenCache: true,
  backendCache: true,
  httpsAgent: true,
  backendTimeout: true,
  backendBudget: true,
  revocations: true,
  revocationFallback: true,
  userCache: true,
  sessionContext: true,
  isSatellite: true,
  domain: true,
  proxyUrl: true,
};

/** The names of all options, for telling a misspelled one. */
export const OPTION_NAMES: ReadonlySet<string> = new Set(Object.keys(NAMES));
