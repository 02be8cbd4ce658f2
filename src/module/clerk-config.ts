import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { registerAs } from '@nestjs/config';
import { layered, optionsFromEnvironment, type Environment } from '../config/clerk-environment.js';
import type { ClerkOptions } from '../config/clerk-options.js';

/** The later one wins; the process's own environment wins over both. */
const ENVIRONMENT_FILES = ['.env', '.env.local'];

/**
 * The part of the configuration that the environment gives, for `@nestjs/config`: `process.env`, then `.env.local`,
 * then `.env` in the working directory. Read when the container builds, never when a file loads.
 *
 * @example ConfigModule.forRoot({ load: [clerkConfig] }); config.get('clerk.apiUrl')
 */
export const clerkConfig = registerAs('clerk', (): ClerkOptions =>
  optionsFromEnvironment(layered([...ENVIRONMENT_FILES.map(readEnvironmentFile), process.env])),
);

function readEnvironmentFile(name: string): Environment {
  const path = resolve(name);
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
}
