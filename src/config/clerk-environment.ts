import type { ClerkOptions } from './clerk-options.js';
import { expandVariables } from './expand-variables.js';

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The process's own variables and those of files as one: the process outranks files, a later file outranks an earlier
 * one, and empty variables outrank nothing. `ConfigModule` copies what it reads from files into the process: a variable
 * that says there what a file says came from that file, and has its rank.
 */
export function settledEnvironment(own: Environment, files: readonly Environment[]): Environment {
  const names = new Set([own, ...files].flatMap((environment) => Object.keys(environment)));
  const settled = [...names].map((name) => [name, settle(name, own, files)] as const);
  return Object.fromEntries(settled);
}

function settle(name: string, own: Environment, files: readonly Environment[]): string | undefined {
  const written = files.map((file) => file[name]).filter(isFilled);
  const value = own[name];
  if (!isFilled(value)) return written.at(-1);
  const known = Object.fromEntries([...files, own].flatMap((one) => Object.entries(one)));
  const isCopyOf = (text: string): boolean =>
    text.trim() === value.trim() || expandVariables(text, known).trim() === value.trim();
  const highest = written.at(-1);
  return highest !== undefined && written.some(isCopyOf) && !isCopyOf(highest) ? highest : value;
}

function isFilled(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

/** A variable's value. Empty variables count as unset: `CLERK_JWT_KEY=` in a file means nothing. */
export function variableOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

/** The options that an environment gives. */
export function optionsFromEnvironment(environment: Environment): ClerkOptions {
  const read = (name: string): string | undefined => variableOf(environment, name);
  return {
    secretKey: read('CLERK_SECRET_KEY') ?? read('CLERK_API_KEY'),
    machineSecretKey: read('CLERK_MACHINE_SECRET_KEY'),
    publishableKey: read('CLERK_PUBLISHABLE_KEY'),
    jwtKey: read('CLERK_JWT_KEY'),
    apiUrl: read('CLERK_API_URL'),
    apiVersion: read('CLERK_API_VERSION'),
    isSatellite: flagOf(environment, 'CLERK_IS_SATELLITE'),
    domain: read('CLERK_DOMAIN'),
    proxyUrl: read('CLERK_PROXY_URL'),
  };
}

/**
 * A variable that says yes or no, as Clerk's packages read it: in words, or 0 and any other whole number. Whatever else
 * stays what it is, for the reader of options to complain about.
 */
export function flagOf(environment: Environment, name: string): boolean | undefined {
  const text = variableOf(environment, name);
  if (text === undefined) return undefined;
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return /^\d+$/.test(text) ? Number(text) > 0 : (text as unknown as boolean);
}
