import { isOrigin } from '../../config/is-origin.js';
import { cookieSuffixOf, readPublishableKey } from '../../config/publishable-key.js';
import type { InstanceKind, PublishableKey } from '../../config/publishable-key.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { randomPublishableKey, randomSecretKey } from './random.js';
import { isLoopback } from './http/loopback.js';
import type { LocalClerkOptions } from './local-clerk-options.js';

/** The options as read: complete, checked, with an identity of its own for every instance. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly instanceType: 'development' | 'production';
  readonly secretKey: string;
  readonly publishableKey: string;
  /** `https://<Frontend API host>`, the `iss` of every token. */
  readonly issuer: string;
  /** The `azp` of every session token. */
  readonly origin: string;
  /** Ends the names of the suffixed cookies. */
  readonly cookieSuffix: string;
  readonly users: readonly string[];
  /** Of everybody who chose none. */
  readonly password: string;
  /** A directory, if the bundles of Clerk's browser library are to be served. */
  readonly bundles: string | undefined;
  /** Seconds. */
  readonly tokenLifetime: number;
  /** Milliseconds. */
  readonly now: () => number;
  readonly sessionVerify: 'present' | 'gone' | 'deprecated';
}

/** @throws ConfigurationError `configuration_invalid`, listing everything that is wrong with the options */
export function resolveSettings(options: LocalClerkOptions): Settings {
  const {
    port = 0,
    host = '127.0.0.1',
    instanceType = 'development',
    secretKey = randomSecretKey(kindOf(instanceType)),
    publishableKey = randomPublishableKey(kindOf(instanceType)),
    users = ['ada', 'bob'],
    password = 'correct-horse-battery',
    bundles,
    origin = 'http://localhost:3000',
    tokenLifetime = 60,
    now = Date.now,
    sessionVerify = 'present',
  } = options;
  const problems = [
    ...problemsOfHost(host),
    ...(options.secretKey === undefined ? [] : problemsOfSecretKey(secretKey)),
    ...problemsOfInstanceType(instanceType),
    ...problemsOfPublishableKey(publishableKey, kindOf(instanceType)),
    ...problemsOfOrigin(origin),
    ...problemsOfLifetime(tokenLifetime),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const issuer = `https://${readPublishableKey(publishableKey)?.frontendApi ?? ''}`;
  const cookieSuffix = cookieSuffixOf(publishableKey);
  const identity = { secretKey, publishableKey, issuer, origin, cookieSuffix };
  const people = { users, password };
  const kind = { instanceType, sessionVerify };
  return { port, host, ...identity, ...people, ...kind, bundles, tokenLifetime, now };
}

/** What the keys of such an instance say. */
function kindOf(instanceType: Settings['instanceType']): InstanceKind {
  return instanceType === 'production' ? 'live' : 'test';
}

function problemsOfInstanceType(instanceType: string): string[] {
  if (['development', 'production'].includes(instanceType)) return [];
  return ["`instanceType` is neither 'development' nor 'production'."];
}

function problemsOfHost(host: string): string[] {
  if (isLoopback(host)) return [];
  return [
    `LocalClerk signs anybody in, so it never listens on ${host}. Use 127.0.0.1, ::1 or localhost.`,
  ];
}

function problemsOfSecretKey(key: string): string[] {
  if (!/^(sk_)?live_/.test(key)) return [];
  return ['LocalClerk was given a live `secretKey`. Use a test key, or leave it out.'];
}

function problemsOfPublishableKey(key: string, wanted: InstanceKind): string[] {
  const read = readPublishableKey(key);
  if (read?.kind === wanted && (wanted === 'test' || isNobodys(read))) return [];
  const fault = read === undefined ? 'a malformed' : `a ${read.kind}`;
  const advice = wanted === 'test' ? 'Use a pk_test_ key, or leave it out.' : 'Leave it out.';
  return [`LocalClerk was given ${fault} \`publishableKey\`. ${advice}`];
}

/** Below the names that are kept for tests and documents (RFC 2606) no real instance can be. */
function isNobodys({ frontendApi }: PublishableKey): boolean {
  return /\.(?:example|test|invalid|localhost)(?::\d+)?$/.test(frontendApi);
}

function problemsOfOrigin(origin: unknown): string[] {
  if (typeof origin === 'string' && isOrigin(origin)) return [];
  return [
    '`origin` is no origin. Give scheme, host and port, such as https://app.example.com, and no path.',
  ];
}

function problemsOfLifetime(seconds: number): string[] {
  if (Number.isFinite(seconds) && seconds > 0) return [];
  return ['`tokenLifetime` is no positive number. Give it in seconds, or leave it out for 60.'];
}
