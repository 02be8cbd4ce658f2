import { ConfigurationError } from '../errors/configuration-error.js';
import type { ClerkOptions } from './clerk-options.js';
import { DEFAULTS, type ClerkSettings, type UserCacheSettings } from './clerk-settings.js';
import { readEnvFiles } from './env-files.js';
import { OPTION_NAMES } from './option-names.js';
import { OptionReader } from './option-reader.js';
import { isOrigin } from './is-origin.js';
import { parseHttpUrl, readApiUrl, readApiVersion } from './read-api-url.js';
import { defaultIssuers, readFrontendPlace } from './frontend-place.js';
import { readKeys } from './read-keys.js';

/**
 * What the user wrote, completed by the environment and the defaults, or one error that lists everything wrong.
 *
 * @param needsKeys false in a test in which nothing is verified and nobody is asked
 * @throws ConfigurationError `configuration_invalid`
 */
export function resolveSettings(
  written: ClerkOptions,
  environment: ClerkOptions,
  needsKeys = true,
): ClerkSettings {
  const reader = new OptionReader(overlay(written, environment));
  const settings = readSettings(reader, needsKeys);
  const problems = [...problemsOfNames(written), ...reader.problems];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.freeze(settings);
}

/** What deserves a word at boot although it is allowed. */
export function warningsAbout(settings: ClerkSettings): readonly string[] {
  if (settings.instanceKind !== 'live' || settings.authorizedParties.length > 0) return [];
  return [
    'A live key is used without authorizedParties: a token that another site on your domain obtained is accepted too. ' +
      "Set authorizedParties to your front ends' origins, such as ['https://app.example.com'].",
  ];
}

function readSettings(options: OptionReader, needsKeys: boolean): ClerkSettings {
  const keys = readKeys(options, needsKeys);
  const canAsk = keys.secretKey !== undefined || !needsKeys;
  const authorizedParties = readOrigins(options, 'authorizedParties');
  const isGiven = options.value('allowedOrigins') !== undefined;
  const place = readFrontendPlace(options);
  return {
    ...keys,
    ...place,
    apiUrl: readApiUrl(options, keys.instanceKind),
    apiVersion: readApiVersion(options),
    issuers: readIssuers(options, defaultIssuers(keys.publishableKey, place, authorizedParties)),
    authorizedParties,
    allowedOrigins: isGiven ? readOrigins(options, 'allowedOrigins') : authorizedParties,
    atTokenEnd: readAtTokenEnd(options, canAsk),
    crossSite: options.choice('crossSite', ['refuse', 'allow'], DEFAULTS.crossSite),
    audience: options.texts('audience'),
    clockSkew: options.milliseconds('clockSkew', 0, DEFAULTS.clockSkew),
    clientUat: options.choice('clientUat', ['when-present', 'required'], DEFAULTS.clientUat),
    clientTokens: options.flag('clientTokens', DEFAULTS.clientTokens),
    treatPendingAsSignedOut: options.flag(
      'treatPendingAsSignedOut',
      DEFAULTS.treatPendingAsSignedOut,
    ),
    verification: readVerification(options, canAsk),
    liveFallback: options.choice('liveFallback', ['none', 'token'], DEFAULTS.liveFallback),
    errorBody: options.choice('errorBody', ['none', 'problem', 'nest'], DEFAULTS.errorBody),
    audit: options.choice('audit', ['off', 'log', 'error', 'strict'], DEFAULTS.audit),
    envFiles: readEnvironmentFileNames(options),
    tokenCache: options.count('tokenCache', DEFAULTS.tokenCache),
    backendCacheTtl: readBackendCacheTtl(options),
    httpsAgent: readHttpsAgent(options),
    backendTimeout: options.milliseconds('backendTimeout', 1, DEFAULTS.backendTimeout),
    backendBudget: options.milliseconds('backendBudget', 1, DEFAULTS.backendBudget),
    revocations: readRevocations(options),
    revocationFallback: options.choice(
      'revocationFallback',
      ['token', 'none'],
      DEFAULTS.revocationFallback,
    ),
    userCache: readUserCache(options),
    sessionContext: options.flag('sessionContext', DEFAULTS.sessionContext),
  };
}

/** An option that was written wins over the environment; one written as `undefined` was not written. */
function overlay(
  written: ClerkOptions,
  environment: ClerkOptions,
): Readonly<Record<keyof ClerkOptions, unknown>> {
  const given = Object.entries(written).filter(([, value]) => value !== undefined);
  return { ...environment, ...Object.fromEntries(given) } as Record<keyof ClerkOptions, unknown>;
}

function problemsOfNames(written: ClerkOptions): readonly string[] {
  const known = [...OPTION_NAMES].join(', ');
  return Object.keys(written)
    .filter((name) => !OPTION_NAMES.has(name))
    .map((name) => `${name} is no option: correct or remove it. The options are ${known}.`);
}

function readEnvironmentFileNames(options: OptionReader): readonly string[] {
  const names = readEnvFiles(options.value('envFiles'));
  if (names !== undefined) return names;
  options.note('envFiles', "must be false or a list of file names, such as ['.env'].");
  return [];
}

function readVerification(options: OptionReader, canAsk: boolean): ClerkSettings['verification'] {
  const words = ['networkless', 'live'] as const;
  const verification = options.choice('verification', words, DEFAULTS.verification);
  if (verification === 'live' && !canAsk) {
    options.note('verification', "is 'live', which asks Clerk: set CLERK_SECRET_KEY too.");
  }
  return verification;
}

/** Longer than this would no longer be a short while without asking. */
const LONGEST_BACKEND_CACHE = 60_000;

function readBackendCacheTtl(options: OptionReader): number {
  const cache = options.value('backendCache');
  if (cache === undefined) return DEFAULTS.backendCacheTtl;
  const ttl = typeof cache === 'object' && cache !== null && 'ttl' in cache ? cache.ttl : undefined;
  if (typeof ttl === 'number' && ttl >= 0 && ttl <= LONGEST_BACKEND_CACHE) return ttl;
  options.note('backendCache', `must be { ttl } with 0 to ${LONGEST_BACKEND_CACHE} milliseconds.`);
  return DEFAULTS.backendCacheTtl;
}

function readIssuers(options: OptionReader, defaults: readonly string[]): readonly string[] {
  const written = options.texts('issuer').map((issuer) => issuer.trim());
  if (!written.every((issuer) => parseHttpUrl(issuer) !== undefined)) {
    options.note('issuer', 'must be a URL such as https://clerk.example.com, or a list of them.');
  }
  return written.length > 0 ? written : defaults;
}

/** Node takes anything with this method for an agent, and so do agents that tunnel through a proxy. */
function readHttpsAgent(options: OptionReader): ClerkSettings['httpsAgent'] {
  const agent = options.value('httpsAgent');
  if (agent === undefined) return undefined;
  const isAgent =
    typeof agent === 'object' &&
    agent !== null &&
    'addRequest' in agent &&
    typeof agent.addRequest === 'function';
  if (isAgent) return agent as unknown as ClerkSettings['httpsAgent'];
  options.note('httpsAgent', 'must be an https.Agent, such as new HttpsProxyAgent(url).');
  return undefined;
}

function readAtTokenEnd(options: OptionReader, canAsk: boolean): ClerkSettings['atTokenEnd'] {
  const atTokenEnd = options.choice('atTokenEnd', ['end', 'confirm'], DEFAULTS.atTokenEnd);
  if (atTokenEnd === 'confirm' && !canAsk) {
    options.note('atTokenEnd', "is 'confirm', which asks Clerk: set CLERK_SECRET_KEY too.");
  }
  return atTokenEnd;
}

/** Anything with a path or without a scheme would never match, and lock everybody out. */
function readOrigins(
  options: OptionReader,
  name: 'authorizedParties' | 'allowedOrigins',
): readonly string[] {
  const origins = options.texts(name);
  if (!origins.every(isOrigin)) {
    options.note(
      name,
      'must hold origins only: write scheme, host and port, such as https://app.example.com, and no path.',
    );
  }
  return origins;
}

/** By shape, as two copies of this package in one process have two classes. */
function readRevocations(options: OptionReader): ClerkSettings['revocations'] {
  const channel = options.value('revocations');
  if (channel === undefined) return undefined;
  const isChannel =
    typeof channel === 'object' &&
    channel !== null &&
    'publish' in channel &&
    typeof channel.publish === 'function' &&
    'follow' in channel &&
    typeof channel.follow === 'function';
  if (isChannel) return channel as unknown as ClerkSettings['revocations'];
  options.note('revocations', 'must be a RevocationChannel, such as new RedisRevocations(redis).');
  return undefined;
}

const USER_CACHE_NAMES: ReadonlySet<string> = new Set(Object.keys(DEFAULTS.userCache));

function readUserCache(options: OptionReader): ClerkSettings['userCache'] {
  const written = options.value('userCache');
  if (written === undefined) return DEFAULTS.userCache;
  if (written === false) return undefined;
  const isRecord = typeof written === 'object' && written !== null && !Array.isArray(written);
  const given = isRecord ? Object.entries(written).filter(([, value]) => value !== undefined) : [];
  const areNumbers = given.every(
    ([name, value]) =>
      USER_CACHE_NAMES.has(name) &&
      typeof value === 'number' &&
      Number.isFinite(value) &&
      value >= 0,
  );
  const cache = { ...DEFAULTS.userCache, ...Object.fromEntries(given) } as UserCacheSettings;
  if (isRecord && areNumbers && Number.isSafeInteger(cache.size) && cache.size > 0) return cache;
  options.note(
    'userCache',
    'must be false or { ttl, stale, size }: milliseconds, and a whole number of users from 1 on.',
  );
  return undefined;
}
