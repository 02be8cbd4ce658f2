import { isOrigin } from '../../config/is-origin.js';
import { parseHttpUrl } from '../../config/read-api-url.js';
import { flagOf, variableOf, type Environment } from '../../config/clerk-environment.js';
import type { ClerkSettings } from '../../config/clerk-settings.js';
import { frontendHostOf } from '../../config/frontend-place.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { ClerkPagesOptions } from './clerk-pages-options.js';
import { ownTargetOf } from './own-target.js';
import { portalUrl } from './portal-url.js';

/** What the code reads: complete and checked. */
export interface PagesSettings {
  readonly isDevelopment: boolean;
  /** Base URL of the Frontend API, or a path of the application; without a trailing slash. */
  readonly frontendApi: string | undefined;
  /** Where browsers reach it, if not at its own host. */
  readonly proxyUrl: string | undefined;
  /** Of a satellite. */
  readonly domain: string | undefined;
  /** The whole key, for Clerk's scripts. */
  readonly publishableKey: string | undefined;
  /** A path, or a URL; `undefined` only in a test without keys. */
  readonly signInUrl: string | undefined;
  readonly signUpUrl: string | undefined;
  /** `undefined`: the adapter says it. */
  readonly origin: string | undefined;
  /** Empty: every origin may be this application's. */
  readonly authorizedParties: readonly string[];
  readonly isSatellite: boolean;
  readonly satellites: readonly string[];
  readonly satelliteAutoSync: boolean;
  /** Whether Clerk's scripts may tell Clerk how they are used: they do so in development. */
  readonly telemetry: boolean;
}

/** As much of Clerk's settings as pages depend on. */
export type ClerkBehindPages = Pick<
  ClerkSettings,
  'publishableKey' | 'secretKey' | 'authorizedParties' | 'isSatellite' | 'domain' | 'proxyUrl'
>;

const PLACE =
  'must be a path such as /sign-in or a URL such as https://accounts.example.com/sign-in, without fragment.';
const ORIGIN =
  'must be an origin: scheme, host and port, such as https://app.example.com, and no path.';

/** What each option may be, and what is said of anything else. */
const RULES: Readonly<
  Record<keyof ClerkPagesOptions, readonly [isRight: (value: unknown) => boolean, said: string]>
> = {
  signInUrl: [isPlace, `signInUrl (CLERK_SIGN_IN_URL) ${PLACE}`],
  signUpUrl: [isPlace, `signUpUrl (CLERK_SIGN_UP_URL) ${PLACE}`],
  origin: [isWebOrigin, `origin ${ORIGIN}`],
  satellites: [areWebOrigins, `satellites must be a list; each ${ORIGIN}`],
  satelliteAutoSync: [isFlag, 'satelliteAutoSync must be true or false.'],
};

/** Clerk's own variable; no option, as it is about everybody who runs the application and not about the application. */
const TELEMETRY_DISABLED = 'CLERK_TELEMETRY_DISABLED';

type Written = Readonly<Record<keyof ClerkPagesOptions, unknown>>;

/**
 * What was written, completed by the environment and by Clerk's own settings.
 *
 * @param needsKeys false in a test in which nothing is verified
 * @throws ConfigurationError `configuration_invalid`, listing everything that is wrong
 */
export function resolvePagesSettings(
  options: ClerkPagesOptions,
  environment: Environment,
  clerk: ClerkBehindPages,
  needsKeys = true,
): PagesSettings {
  const written = { ...fromEnvironment(environment), ...givenIn(options) } as Written;
  const telemetryDisabled = flagOf(environment, TELEMETRY_DISABLED);
  const problems = [
    ...problemsOfNames(options),
    ...(needsKeys ? problemsOfKeys(clerk) : []),
    ...problemsOfValues(written),
    ...(isAbsentOr(isFlag, telemetryDisabled)
      ? []
      : [`${TELEMETRY_DISABLED} must be true or false.`]),
    ...problemsOfSatellite(written, clerk),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems.map(inPages));
  const settings = settingsOf(written as ClerkPagesOptions, clerk);
  return Object.freeze({ ...settings, telemetry: telemetryDisabled !== true });
}

function settingsOf(
  written: ClerkPagesOptions,
  clerk: ClerkBehindPages,
): Omit<PagesSettings, 'telemetry'> {
  const { publishableKey: key, authorizedParties, isSatellite } = clerk;
  return {
    isDevelopment: key?.kind !== 'live',
    frontendApi: clerk.proxyUrl ?? (key && `https://${frontendHostOf(key, clerk)}`),
    proxyUrl: clerk.proxyUrl,
    domain: clerk.domain,
    publishableKey: key?.text,
    signInUrl: written.signInUrl ?? (key && portalUrl(key, '/sign-in')),
    signUpUrl: written.signUpUrl ?? (key && portalUrl(key, '/sign-up')),
    origin: written.origin,
    authorizedParties,
    isSatellite,
    satellites: written.satellites ?? [],
    satelliteAutoSync: written.satelliteAutoSync ?? false,
  };
}

function fromEnvironment(environment: Environment): ClerkPagesOptions {
  return {
    signInUrl: variableOf(environment, 'CLERK_SIGN_IN_URL'),
    signUpUrl: variableOf(environment, 'CLERK_SIGN_UP_URL'),
  };
}

function givenIn(options: ClerkPagesOptions): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function inPages(problem: string): string {
  return `ClerkPagesModule: ${problem}`;
}

function problemsOfNames(options: ClerkPagesOptions): readonly string[] {
  const known = Object.keys(RULES);
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map(
      (name) => `${name} is no option: correct or remove it. The options are ${known.join(', ')}.`,
    );
}

function problemsOfKeys({ publishableKey, secretKey }: ClerkBehindPages): readonly string[] {
  const problems: string[] = [];
  if (publishableKey === undefined) {
    problems.push('pages need to know the Frontend API: set CLERK_PUBLISHABLE_KEY too.');
  }
  if (secretKey === undefined) {
    problems.push('pages ask Clerk what a handshake came to: set CLERK_SECRET_KEY too.');
  }
  return problems;
}

function problemsOfValues(written: Written): readonly string[] {
  const rules = Object.entries(RULES) as [keyof Written, (typeof RULES)[keyof Written]][];
  return rules
    .filter(([name, [isRight]]) => !isAbsentOr(isRight, written[name]))
    .map(([, [, said]]) => said);
}

function problemsOfSatellite({ signInUrl }: Written, clerk: ClerkBehindPages): readonly string[] {
  const isMissing = typeof signInUrl !== 'string' || signInUrl.startsWith('/');
  if (!clerk.isSatellite || clerk.publishableKey?.kind === 'live' || !isMissing) return [];
  return [
    'a satellite in development needs to know where its primary domain signs people in: ' +
      'give signInUrl (CLERK_SIGN_IN_URL) as a whole URL.',
  ];
}

function isAbsentOr(isRight: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || isRight(value);
}

function isPlace(value: unknown): boolean {
  if (typeof value !== 'string' || /[#@\\]/.test(value)) return false;
  return ownTargetOf({ url: value }) !== undefined || parseHttpUrl(value) !== undefined;
}

function isWebOrigin(value: unknown): boolean {
  return typeof value === 'string' && isOrigin(value) && parseHttpUrl(value) !== undefined;
}

function areWebOrigins(value: unknown): boolean {
  return Array.isArray(value) && value.every(isWebOrigin);
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}
