import type { KeyObject } from 'node:crypto';
import type { OptionReader } from './option-reader.js';
import { readPublicKeys } from './public-keys.js';
import { isQuoted, QUOTES_LEFT_IN } from './quoted-text.js';
import { readPublishableKey, type InstanceKind, type PublishableKey } from './publishable-key.js';

/** The keys of one Clerk instance. */
export interface InstanceKeys {
  readonly secretKey: string | undefined;
  readonly machineSecretKey: string | undefined;
  readonly instanceKind: InstanceKind | undefined;
  readonly publishableKey: PublishableKey | undefined;
  readonly jwtKeys: readonly KeyObject[];
}

/** Reads the three keys and holds them against each other. */
export function readKeys(options: OptionReader, needsKeys: boolean): InstanceKeys {
  const secretKey = options.text('secretKey');
  const pems = options.texts('jwtKey');
  const secretKind = secretKey === undefined ? undefined : readSecretKind(secretKey, options);
  const publishableKey = readPublishable(options);
  if (needsKeys && options.value('secretKey') === undefined && pems.length === 0) {
    options.note(
      'secretKey',
      'is missing: copy it from the API keys page of the Clerk dashboard into .env.local (or set jwtKey / CLERK_JWT_KEY, if ' +
        'only session tokens are used). Tests with signedInAs() need none.',
    );
  }
  if (secretKind !== undefined && publishableKey !== undefined) {
    noteMixedKinds(secretKind, publishableKey.kind, options);
  }
  return {
    secretKey,
    machineSecretKey: readMachineSecret(options),
    instanceKind: secretKind ?? publishableKey?.kind,
    publishableKey,
    jwtKeys: pems.flatMap((pem) => readJwtKey(pem, options)),
  };
}

function readSecretKind(secretKey: string, options: OptionReader): InstanceKind | undefined {
  const kind = /^(?:sk_)?(live|test)_[!-~]+$/.exec(secretKey)?.[1];
  if (kind === 'live' || kind === 'test') return kind;
  options.note(
    'secretKey',
    'must start with sk_live_ or sk_test_ and hold neither blanks nor an ellipsis: ' +
      'copy the secret key, not the publishable one, from the API keys page of the Clerk dashboard.',
  );
  return undefined;
}

function readMachineSecret(options: OptionReader): string | undefined {
  const key = options.text('machineSecretKey');
  if (key === undefined || /^ak_[!-~]+$/.test(key)) return key;
  options.note(
    'machineSecretKey',
    'must start with ak_ and hold no blanks: copy it from the Machines page of the Clerk dashboard.',
  );
  return undefined;
}

function readPublishable(options: OptionReader): PublishableKey | undefined {
  const written = options.text('publishableKey');
  const key = written === undefined ? undefined : readPublishableKey(written);
  if (written !== undefined && key === undefined) {
    options.note(
      'publishableKey',
      'must be pk_live_ or pk_test_ followed by the encoded Frontend API host: ' +
        'copy it whole from the API keys page of the Clerk dashboard.',
    );
  }
  return key;
}

function readJwtKey(pem: string, options: OptionReader): readonly KeyObject[] {
  const read = readPublicKeys(pem);
  if (read.kind === 'keys') return read.keys;
  if (isQuoted(pem)) {
    options.note('jwtKey', QUOTES_LEFT_IN);
    return [];
  }
  options.note(
    'jwtKey',
    `${read.problem}: give the RSA public key of 2048 bits or more in PEM form ` +
      'that the Clerk dashboard shows as JWKS public key.',
  );
  return [];
}

function noteMixedKinds(
  secret: InstanceKind,
  publishable: InstanceKind,
  options: OptionReader,
): void {
  if (secret === publishable) return;
  options.note(
    'secretKey',
    `is a ${secret} key but publishableKey is a ${publishable} key: take both from the same Clerk instance.`,
  );
}
