import type { Fields } from '../http/asked.js';
import { notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { createApiKey } from '../machine-tokens/create-api-key.js';
import type { ApiKeySubject } from '../machine-tokens/create-api-key.js';
import { createM2mToken } from '../machine-tokens/create-m2m-token.js';
import { createOAuthToken } from '../machine-tokens/create-oauth-token.js';
import { isTokenFormat } from '../machine-tokens/token-format.js';
import type { TokenFormat } from '../machine-tokens/token-format.js';
import { answerWith, wrong } from './answer-with.js';
import { numberIn, textIn, wordsIn } from './read-field.js';

/** What a developer asks with curl on behalf of machines. */
export function machineRoutes(instance: Instance): readonly Route[] {
  return [
    post('/_local/machines', (fields) => answerMachine(fields, instance)),
    post('/_local/api-keys', (fields) => answerApiKey(fields, instance)),
    post('/_local/m2m-tokens', (fields) => answerM2mToken(fields, instance)),
    post('/_local/oauth-tokens', (fields) => answerOAuthToken(fields, instance)),
    post('/_local/machine-tokens/:id/revoke', (_, id) => answerRevoke(id, instance)),
  ];
}

function answerMachine(fields: Fields, { directory: { machines } }: Instance): Answer {
  const { name } = fields;
  if (typeof name !== 'string' || name === '') return wrong('`name` must be the name of a machine');
  return answerWith(() => machines.named(name));
}

function answerApiKey(fields: Fields, instance: Instance): Answer {
  return answerWith(() =>
    createApiKey(
      { ...lotIn(fields), subject: subjectIn(fields), name: textIn(fields, 'name') },
      instance,
    ),
  );
}

function answerM2mToken(fields: Fields, instance: Instance): Answer {
  return answerWith(() =>
    createM2mToken(
      { ...lotIn(fields), machine: textIn(fields, 'machine'), format: formatIn(fields) },
      instance,
    ),
  );
}

function answerOAuthToken(fields: Fields, instance: Instance): Answer {
  return answerWith(() => {
    const application = { clientId: textIn(fields, 'clientId'), user: textIn(fields, 'user') };
    return createOAuthToken(
      { ...lotIn(fields), ...application, format: formatIn(fields) },
      instance,
    );
  });
}

function answerRevoke(id: string, { directory: { machineTokens } }: Instance): Answer {
  if (machineTokens.find(id) === undefined) return notFound('Machine token');
  return answerWith(() => ({ id, revoked: machineTokens.revoke(id).revoked }));
}

/** What may be said of every kind. */
function lotIn(fields: Fields) {
  return { scopes: wordsIn(fields, 'scopes'), expiresIn: numberIn(fields, 'expiresIn') };
}

function subjectIn(fields: Fields): ApiKeySubject | undefined {
  const organization = textIn(fields, 'organization');
  return organization === undefined ? textIn(fields, 'user') : { organization };
}

function formatIn({ format }: Fields): TokenFormat | undefined {
  if (format === undefined || isTokenFormat(format)) return format;
  throw new Error('`format` must be opaque or jwt');
}
