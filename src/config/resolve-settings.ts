import { ConfigurationError } from '../errors/configuration-error.js';
import type { ClerkOptions } from './clerk-options.js';
import { DEFAULTS, type ClerkSettings } from './clerk-settings.js';
import { OPTION_NAMES } from './option-names.js';
import { Problems } from './problems.js';
import { parseHttpUrl, readApiUrl, readApiVersion } from './read-api-url.js';
import { readKeys } from './read-keys.js';
import { readChoice, readFlag, readMilliseconds, readText, readTexts } from './read-value.js';

/**
 * What the user wrote, completed by the environment and the defaults, or one error that lists everything wrong.
 *
 * @throws ConfigurationError `configuration_invalid`
 */
export function resolveSettings(written: ClerkOptions, environment: ClerkOptions): ClerkSettings {
  const problems = new Problems();
  noteUnknownNames(written, problems);
  const settings = readSettings(overlay(written, environment), problems);
  if (problems.found.length > 0) throw new ConfigurationError(problems.found);
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

function readSettings(options: ClerkOptions, problems: Problems): ClerkSettings {
  const keys = readKeys(options, problems);
  return {
    ...keys,
    apiUrl: readApiUrl(options.apiUrl, keys.instanceKind, problems),
    apiVersion: readApiVersion(options.apiVersion, problems),
    issuer: readIssuer(options.issuer, problems) ?? issuerOf(keys.publishableKey?.frontendApi),
    authorizedParties: readAuthorizedParties(options.authorizedParties, problems),
    audience: readTexts('audience', options.audience, problems),
    clockSkew: readMilliseconds(
      'clockSkew',
      options.clockSkew,
      { least: 0, fallback: DEFAULTS.clockSkew },
      problems,
    ),
    clientUat: readChoice(
      'clientUat',
      options.clientUat,
      ['when-present', 'required'],
      DEFAULTS.clientUat,
      problems,
    ),
    treatPendingAsSignedOut: readFlag(
      'treatPendingAsSignedOut',
      options.treatPendingAsSignedOut,
      DEFAULTS.treatPendingAsSignedOut,
      problems,
    ),
    errorBody: readChoice(
      'errorBody',
      options.errorBody,
      ['none', 'problem'],
      DEFAULTS.errorBody,
      problems,
    ),
    backendTimeout: readMilliseconds(
      'backendTimeout',
      options.backendTimeout,
      { least: 1, fallback: DEFAULTS.backendTimeout },
      problems,
    ),
    backendBudget: readMilliseconds(
      'backendBudget',
      options.backendBudget,
      { least: 1, fallback: DEFAULTS.backendBudget },
      problems,
    ),
  };
}

/** An option that was written wins over the environment; one written as `undefined` was not written. */
function overlay(written: ClerkOptions, environment: ClerkOptions): ClerkOptions {
  const given = Object.entries(written).filter(([, value]) => value !== undefined);
  return { ...environment, ...Object.fromEntries(given) };
}

function noteUnknownNames(written: ClerkOptions, problems: Problems): void {
  const unknown = Object.keys(written).filter((name) => !OPTION_NAMES.has(name));
  for (const name of unknown) {
    problems.note(
      `${name} is no option: correct or remove it. The options are ${[...OPTION_NAMES].join(', ')}.`,
    );
  }
}

function readIssuer(value: unknown, problems: Problems): string | undefined {
  const issuer = readText('issuer', value, problems);
  if (issuer === undefined || parseHttpUrl(issuer) !== undefined) return issuer;
  problems.note('issuer must be a URL such as https://clerk.example.com.');
  return undefined;
}

function issuerOf(frontendApi: string | undefined): string | undefined {
  return frontendApi === undefined ? undefined : `https://${frontendApi}`;
}

/** `azp` is an origin: anything with a path or without a scheme would never match, and lock everybody out. */
function readAuthorizedParties(value: unknown, problems: Problems): readonly string[] {
  const parties = readTexts('authorizedParties', value, problems);
  for (const party of parties.filter((party) => !isOrigin(party))) {
    problems.note(
      `authorizedParties holds ${party}, which is no origin: write scheme, host and port only, ` +
        'such as https://app.example.com.',
    );
  }
  return parties;
}

function isOrigin(text: string): boolean {
  // Origins of browser extensions have schemes of their own, which URL.origin does not know.
  return (
    parseHttpUrl(text)?.origin === text || /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/.test(text)
  );
}
