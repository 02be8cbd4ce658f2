import type * as ClerkBackend from '@clerk/backend';
import type { ClerkSettings } from '../../config/clerk-settings.js';
import { ConfigurationError } from '../../errors/configuration-error.js';

/** Where Node says that a package, or one that it needs, is not there. */
const MISSING: ReadonlySet<unknown> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/**
 * The official client for the Clerk instance that these settings are of. It sends no telemetry.
 *
 * @throws ConfigurationError `configuration_invalid` without a secret key, or without the package
 */
export async function makeClerkClient(settings: ClerkSettings): Promise<ClerkBackend.ClerkClient> {
  const { secretKey, machineSecretKey, publishableKey, apiUrl, apiVersion, jwtKeys } = settings;
  if (secretKey === undefined) throw new ConfigurationError([NO_KEY]);
  const { createClerkClient } = await load();
  const [jwtKey] = jwtKeys;
  return createClerkClient({
    secretKey,
    apiUrl,
    apiVersion,
    ...(machineSecretKey === undefined ? {} : { machineSecretKey }),
    ...(publishableKey === undefined ? {} : { publishableKey: publishableKey.text }),
    ...(jwtKey === undefined
      ? {}
      : { jwtKey: jwtKey.export({ type: 'spki', format: 'pem' }).toString() }),
    telemetry: { disabled: true },
  });
}

/** At boot and not when the file is read: so that whoever lacks the package is told in our words. */
async function load(): Promise<typeof ClerkBackend> {
  try {
    return await import('@clerk/backend');
  } catch (reason) {
    const { code } = reason as { readonly code?: unknown };
    if (MISSING.has(code)) throw new ConfigurationError([NO_PACKAGE]);
    throw reason;
  }
}

const NO_KEY = 'ClerkClientModule needs a secret key: set CLERK_SECRET_KEY.';
const NO_PACKAGE =
  'ClerkClientModule needs the package @clerk/backend, which is not installed: npm install @clerk/backend@^3.17.0';
