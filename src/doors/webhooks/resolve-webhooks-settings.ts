import type { Environment } from '../../config/clerk-environment.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { readSigningSecret } from './signing-secret.js';
import type { WebhookLedger } from './webhook-ledger.js';
import { areDecorators, type DeclaredWebhookRoute } from './webhook-route.js';
import type { ClerkWebhooksOptions } from './webhooks-options.js';
import { DEFAULTS, type WebhooksSettings } from './webhooks-settings.js';

/** What the settings are made from. */
export interface WebhooksSources {
  readonly written: ClerkWebhooksOptions;
  readonly route: DeclaredWebhookRoute;
  /** The paths of all endpoints of the application, this one's included. */
  readonly paths: readonly string[];
  readonly hasClerk: boolean;
  /** Asked only where no secret was written. */
  readonly environment: () => Environment;
}

const NAMES: Readonly<Record<keyof ClerkWebhooksOptions, true>> = {
  secrets: true,
  tolerance: true,
  timeout: true,
  lease: true,
  remember: true,
  ledger: true,
  revoke: true,
};

/** Those of the route, which `forRoot` takes with the others. */
const ROUTE_NAMES: readonly string[] = ['path', 'decorators', 'bodyLimit', 'isGlobal'];

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/**
 * What was written, completed by the environment and the defaults, or one error that lists everything wrong. It never
 * quotes a secret.
 *
 * @throws ConfigurationError `configuration_invalid`
 */
export function resolveWebhooksSettings(sources: WebhooksSources): WebhooksSettings {
  const problems: string[] = [];
  const { written, route } = sources;
  problems.push(...problemsOfNames(written), ...problemsOfPath(sources));
  const number = (name: 'tolerance' | 'timeout' | 'lease' | 'remember', least: number): number => {
    // `null` was written, and is wrong: it must not quietly mean the default.
    const { [name]: value = DEFAULTS[name] }: Partial<Record<string, unknown>> = { ...written };
    if (isWithin(value, least, 30 * DAY)) return value;
    problems.push(`${name} must be ${least} to ${30 * DAY} milliseconds.`);
    return DEFAULTS[name];
  };
  const settings = {
    keys: readKeys(sources, problems),
    bodyLimit: route.bodyLimit,
    tolerance: number('tolerance', SECOND),
    timeout: number('timeout', 1),
    lease: number('lease', 1),
    remember: number('remember', 1),
    ledger: readLedger(written.ledger, problems),
    revoke: readRevoke(sources, problems),
  };
  if (!Number.isSafeInteger(route.bodyLimit) || !isWithin(route.bodyLimit, 1, 100_000_000)) {
    problems.push('bodyLimit must be a whole number of bytes, 1 to 100000000.');
  }
  if (!areDecorators(route.decorators)) {
    problems.push('decorators must be a list of class decorators, such as [SkipThrottle()].');
  }
  if (settings.lease < settings.timeout) {
    problems.push(
      'lease must not be shorter than timeout: another attempt would run a handler that is still at it.',
    );
  }
  if (problems.length > 0) {
    throw new ConfigurationError(problems.map((problem) => `ClerkWebhooksModule: ${problem}`));
  }
  return Object.freeze(settings);
}

function problemsOfNames(written: ClerkWebhooksOptions): string[] {
  return Object.keys(written).flatMap((name) => {
    if (name in NAMES) return [];
    if (ROUTE_NAMES.includes(name)) {
      return [
        `${name} must stand beside the factory: the route is made before the factory is asked.`,
      ];
    }
    const known = [...Object.keys(NAMES), ...ROUTE_NAMES].join(', ');
    return [`${name} is no option: correct or remove it. The options are ${known}.`];
  });
}

/** Neither parameters nor wildcards: the bytes are found by how a request's path ends. */
const PATH = /^[\w.~-]+(?:\/[\w.~-]+)*$/;

function problemsOfPath({ route: { path }, paths }: WebhooksSources): string[] {
  if (!PATH.test(path)) {
    return [
      "path must be plain segments such as 'webhooks/clerk': parameters and wildcards lead nowhere.",
    ];
  }
  if (paths.filter((other) => other.toLowerCase() === path.toLowerCase()).length < 2) return [];
  return [`path '${path}' is that of two endpoints: give each of them its own.`];
}

function readKeys(sources: WebhooksSources, problems: string[]): readonly Buffer[] {
  const source = sources.written.secrets === undefined ? sources.environment() : {};
  const { secrets = source.CLERK_WEBHOOK_SIGNING_SECRET ?? [] }: { readonly secrets?: unknown } =
    sources.written;
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets];
  const texts = list.flatMap((text) => (typeof text === 'string' ? text.split(/[\s,]+/) : [null]));
  const filled = new Set(texts.filter((text) => text !== ''));
  if (filled.size === 0) problems.push(`secrets ${missing(source)}`);
  return [...filled].flatMap((text) => {
    const secret =
      text === null
        ? ({ kind: 'wrong', problem: 'must be a text, or a list of texts.' } as const)
        : readSigningSecret(text);
    if (secret.kind === 'key') return [secret.key];
    problems.push(`secrets (CLERK_WEBHOOK_SIGNING_SECRET) ${secret.problem}`);
    return [];
  });
}

function missing(environment: Environment): string {
  const hint =
    environment.CLERK_WEBHOOK_SECRET === undefined
      ? ''
      : ' CLERK_WEBHOOK_SECRET is set, but is not its name: rename it.';
  return (
    "is missing: set CLERK_WEBHOOK_SIGNING_SECRET to the endpoint's signing secret, from Clerk's Dashboard under " +
    `Webhooks.${hint}`
  );
}

/** By shape, as two copies of this package in one process have two classes. */
function readLedger(ledger: unknown, problems: string[]): WebhookLedger | undefined {
  if (ledger === undefined) return undefined;
  const methods = Object(ledger) as Partial<Record<string, unknown>>;
  const isLedger = ['claim', 'complete', 'release'].every(
    (name) => typeof methods[name] === 'function',
  );
  if (isLedger) return ledger as WebhookLedger;
  problems.push('ledger must be a WebhookLedger, such as new RedisWebhookLedger(redis).');
  return undefined;
}

function readRevoke(
  { written: { revoke }, hasClerk }: WebhooksSources,
  problems: string[],
): boolean | undefined {
  if (revoke !== undefined && typeof revoke !== 'boolean') {
    problems.push('revoke must be true or false.');
    return undefined;
  }
  if (revoke === true && !hasClerk) {
    problems.push(
      'revoke is true, but no ClerkModule is in reach: import ClerkModule.forRoot(), or leave revoke out.',
    );
  }
  return revoke;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
