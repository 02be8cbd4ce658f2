import type { ErrorBody } from '../../access/refusal.js';
import type { AccessDeniedCode } from '../../errors/error-code.js';

/** The JSON that refusals are answered with. */
export type JsonBody = Exclude<ErrorBody, 'none'>;

const NAMES: Readonly<Record<JsonBody, string>> = {
  problem: 'ClerkProblem',
  nest: 'ClerkError',
};

const MEDIA_TYPES: Readonly<Record<JsonBody, string>> = {
  problem: 'application/problem+json',
  nest: 'application/json',
};

const CODE = { type: 'string', description: 'The stable reason, for programs.' };

const SCHEMAS: Readonly<Record<JsonBody, object>> = {
  problem: {
    type: 'object',
    description: 'Why a request was refused (RFC 9457).',
    required: ['title', 'status', 'detail', 'code'],
    properties: {
      title: { type: 'string', description: 'The status in words.' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'What is wrong, for people.' },
      code: CODE,
    },
  },
  nest: {
    type: 'object',
    description: 'Why a request was refused.',
    required: ['statusCode', 'code', 'message'],
    properties: {
      statusCode: { type: 'integer' },
      code: CODE,
      message: { type: 'string', description: 'What is wrong, for people.' },
    },
  },
};

/** The `content` of a refusal with a body, and the codes that it may bear. */
export function contentOf(body: JsonBody, codes: readonly AccessDeniedCode[] = []): object {
  const reference = { $ref: `#/components/schemas/${NAMES[body]}` };
  const schema =
    codes.length === 0
      ? reference
      : { allOf: [reference], properties: { code: { type: 'string', enum: [...codes] } } };
  return { [MEDIA_TYPES[body]]: { schema } };
}

/** The schemas of the bodies that were used, by name. */
export function schemasOf(used: ReadonlySet<JsonBody>): Readonly<Record<string, object>> {
  return Object.fromEntries([...used].map((body) => [NAMES[body], SCHEMAS[body]]));
}
