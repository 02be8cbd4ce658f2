import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { answerQuestions } from '../support/answer-questions.mjs';
import { createClerkContext, executionContextOf } from '../support/clerk-context.mjs';
import { requestWith } from '../support/request.mjs';

let clerk;

answerQuestions({
  boot: async (options) => {
    clerk = await createClerkContext(options);
  },
  /** Brings all these credentials at once. */
  atOnce: async (credentials) => {
    const start = performance.now();
    const outcomes = await Promise.all(credentials.map(authenticate));
    return { ...countOf(outcomes), milliseconds: performance.now() - start };
  },
  /** Tokens with key ids that nobody has published, all at once. */
  madeUpKeyIds: ({ count, token }) => {
    const start = performance.now();
    const tries = Array.from({ length: count }, () => authenticate(bearer(withMadeUpKeyId(token))));
    return Promise.all(tries).then((outcomes) => ({
      ...countOf(outcomes),
      milliseconds: performance.now() - start,
    }));
  },
  /** The heap before and after so many bad tokens, no two alike. */
  badTokens: async ({ count, token }) => {
    await bringBadTokens(count / 20, token);
    const before = heapInUse();
    const accepted = await bringBadTokens(count, token);
    return { before, after: heapInUse(), accepted };
  },
});

async function authenticate(credential) {
  try {
    return await clerk.guard.canActivate(executionContextOf(requestWith(credential)));
  } catch {
    return false;
  }
}

function countOf(outcomes) {
  const admitted = outcomes.filter(Boolean).length;
  return { admitted, refused: outcomes.length - admitted };
}

async function bringBadTokens(count, token) {
  let accepted = 0;
  for (let at = 0; at < count; at += 1) {
    const spoil = SPOILED[at % SPOILED.length];
    if (await authenticate(bearer(spoil(token)))) accepted += 1;
  }
  return accepted;
}

/** The ways in which a token can be bad: from the first look to the signature itself. */
const SPOILED = [withMadeUpSignature, withMadeUpKeyId, withMadeUpPayload, () => random(400)];

function withMadeUpSignature(token) {
  return `${token.slice(0, token.lastIndexOf('.'))}.${random(256)}`;
}

function withMadeUpPayload(token) {
  const [header, , signature] = token.split('.');
  return `${header}.${random(300)}.${signature}`;
}

function withMadeUpKeyId(token) {
  const [, payload, signature] = token.split('.');
  const header = { alg: 'RS256', kid: `ins_${random(18)}`, typ: 'JWT' };
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
}

function bearer(token) {
  return ['Authorization', `Bearer ${token}`];
}

function random(bytes) {
  return randomBytes(bytes).toString('base64url');
}

function heapInUse() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
