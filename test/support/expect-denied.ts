import { expect } from '@jest/globals';
import type { AccessDeniedCode, Reverification } from 'nestjs-clerk-auth';
import { MESSAGES } from '../../src/errors/messages.js';
import type { Answer } from './expect-answer.js';
import { handled } from './probe-controller.js';

/** 403 with this code and its message, whatever `errorBody` says, and no handler ran. */
export function expectDenied(answer: Answer, code: AccessDeniedCode): void {
  expectProblem(answer, code, {});
}

/** As `expectDenied`, in the form that Clerk's front-end hooks understand. */
export function expectStepUp(answer: Answer, reverification: Reverification): void {
  const metadata = { reverification };
  const clerkError = { type: 'forbidden', reason: 'reverification-error', metadata };
  expectProblem(answer, 'reverification_required', { clerk_error: clerkError });
}

function expectProblem(answer: Answer, code: AccessDeniedCode, details: object): void {
  const problem = { title: 'Forbidden', status: 403, detail: MESSAGES[code], code, ...details };
  expect({ status: answer.status, body: bodyOf(answer) }).toEqual({ status: 403, body: problem });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers).not.toHaveProperty('www-authenticate');
  expect(handled).toEqual([]);
}

function bodyOf({ text }: Answer): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text;
}
