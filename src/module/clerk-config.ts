import { registerAs } from '@nestjs/config';
import { optionsFromEnvironment, settledEnvironment } from '../config/clerk-environment.js';
import type { ClerkOptions } from '../config/clerk-options.js';
import { ENV_FILES } from '../config/env-files.js';
import { readEnvironmentFiles } from './environment-files.js';

const LATE: unique symbol = Symbol.for('nestjs-clerk-auth:late-environment');

/**
 * The part of the configuration that the environment gives, for `@nestjs/config`: `process.env`, then `.env.local`,
 * then `.env` in the working directory. Read when somebody first asks for a value of it, never when a file loads. The
 * module itself reads the files that its option `envFiles` names.
 *
 * @example ConfigModule.forRoot({ load: [clerkConfig] }); config.get('clerk.apiUrl')
 */
export const clerkConfig = registerAs('clerk', (): ClerkOptions => readLater(ENV_FILES));

/** The options that the process's own environment and these files give, read now. */
export function environmentOptions(files: readonly string[]): ClerkOptions {
  return optionsFromEnvironment(settledEnvironment(process.env, readEnvironmentFiles(files)));
}

/** Whether a test has put other values in the place of `clerkConfig`. */
export function isOverridden(environment: ClerkOptions): boolean {
  return !(LATE in environment);
}

/** Nest builds this for every module: with `envFiles: false` no file must be touched for it. */
function readLater(files: readonly string[]): ClerkOptions {
  let read: ClerkOptions | undefined;
  const late = Object.defineProperty({}, LATE, { value: true });
  for (const name of Object.keys(optionsFromEnvironment({})) as (keyof ClerkOptions)[]) {
    Object.defineProperty(late, name, {
      enumerable: true,
      get: () => (read ??= environmentOptions(files))[name],
    });
  }
  return late;
}
