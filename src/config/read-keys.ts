import type { KeyObject } from 'node:crypto';
import type { ClerkOptions } from './clerk-options.js';
import type { Problems } from './problems.js';
import { readPublicKeys } from './public-keys.js';
import { readPublishableKey, type InstanceKind, type PublishableKey } from './publishable-key.js';
import { readText, readTexts } from './read-value.js';

/** The keys of one Clerk instance. */
export interface InstanceKeys {
  readonly secretKey: string | undefined;
  readonly instanceKind: InstanceKind | undefined;
  readonly publishableKey: PublishableKey | undefined;
  readonly jwtKeys: readonly KeyObject[];
}

/** Reads the three keys and holds them against each other. */
export function readKeys(options: ClerkOptions, problems: Problems): InstanceKeys {
  const secretKey = readText('secretKey (CLERK_SECRET_KEY)', options.secretKey, problems);
  const secretKind = secretKey === undefined ? undefined : kindOfSecret(secretKey, problems);
  const publishableKey = readPublishable(options.publishableKey, problems);
  const jwtKeys = readTexts('jwtKey (CLERK_JWT_KEY)', options.jwtKey, problems).flatMap((pem) =>
    readJwtKey(pem, problems),
  );
  if (options.secretKey === undefined && !isGiven(options.jwtKey)) noteMissingKey(problems);
  if (secretKind !== undefined && publishableKey !== undefined) {
    noteMixedKinds(secretKind, publishableKey.kind, problems);
  }
  return { secretKey, instanceKind: secretKind ?? publishableKey?.kind, publishableKey, jwtKeys };
}

function isGiven(jwtKey: ClerkOptions['jwtKey']): boolean {
  return jwtKey !== undefined && jwtKey.length > 0;
}

function kindOfSecret(secretKey: string, problems: Problems): InstanceKind | undefined {
  const kind = /^(?:sk_)?(live|test)_\S+$/.exec(secretKey)?.[1];
  if (kind === 'live' || kind === 'test') return kind;
  problems.note(
    'secretKey (CLERK_SECRET_KEY) must start with sk_live_ or sk_test_ and hold no blanks: ' +
      'copy the secret key, not the publishable one, from the API keys page of the Clerk dashboard.',
  );
  return undefined;
}

function readPublishable(value: unknown, problems: Problems): PublishableKey | undefined {
  const written = readText('publishableKey (CLERK_PUBLISHABLE_KEY)', value, problems);
  const key = written === undefined ? undefined : readPublishableKey(written);
  if (written !== undefined && key === undefined) {
    problems.note(
      'publishableKey (CLERK_PUBLISHABLE_KEY) must be pk_live_ or pk_test_ followed by the encoded Frontend API host: ' +
        'copy it whole from the API keys page of the Clerk dashboard.',
    );
  }
  return key;
}

function readJwtKey(pem: string, problems: Problems): readonly KeyObject[] {
  const read = readPublicKeys(pem);
  if (read.kind === 'keys') return read.keys;
  problems.note(
    `jwtKey (CLERK_JWT_KEY) ${read.problem}: give the RSA public key of 2048 bits or more in PEM form ` +
      'that the Clerk dashboard shows as JWKS public key.',
  );
  return [];
}

function noteMissingKey(problems: Problems): void {
  problems.note(
    'No key was given: set CLERK_SECRET_KEY or the option secretKey ' +
      '(or CLERK_JWT_KEY / jwtKey, if only session tokens are used).',
  );
}

function noteMixedKinds(secret: InstanceKind, publishable: InstanceKind, problems: Problems): void {
  if (secret === publishable) return;
  problems.note(
    `secretKey is a ${secret} key but publishableKey is a ${publishable} key: take both from the same Clerk instance.`,
  );
}
