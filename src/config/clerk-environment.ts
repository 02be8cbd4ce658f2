import type { ClerkOptions } from './clerk-options.js';

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Several environments as one, the later ones outranking the earlier; empty variables outrank nothing. */
export function layered(environments: readonly Environment[]): Environment {
  const filled = environments.flatMap((environment) =>
    Object.entries(environment).filter(([, value]) => value?.trim() !== ''),
  );
  return Object.fromEntries(filled);
}

/** The options that an environment gives. Empty variables count as unset: `CLERK_JWT_KEY=` in a file means nothing. */
export function optionsFromEnvironment(environment: Environment): ClerkOptions {
  const read = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  return {
    secretKey: read('CLERK_SECRET_KEY') ?? read('CLERK_API_KEY'),
    machineSecretKey: read('CLERK_MACHINE_SECRET_KEY'),
    publishableKey: read('CLERK_PUBLISHABLE_KEY'),
    jwtKey: read('CLERK_JWT_KEY'),
    apiUrl: read('CLERK_API_URL'),
    apiVersion: read('CLERK_API_VERSION'),
  };
}
