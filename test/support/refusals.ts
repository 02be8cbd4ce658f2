import { expect } from '@jest/globals';
import type { AuthorityUnavailableCode, UnauthenticatedCode } from 'nestjs-clerk-auth';
import type request from 'supertest';
import { MESSAGES } from '../../src/errors/messages.js';
import { handled } from './probe-controller.js';

/** The application, with `errorBody: 'problem'`, answers 401 for this very reason, and no handler runs. */
export async function isRefused(asked: request.Test, code: UnauthenticatedCode): Promise<void> {
  const ran = handled.length;
  const { status, headers, body } = await asked;
  const problem = { title: 'Unauthorized', status: 401, detail: MESSAGES[code], code };
  expect({ status, body: body as unknown }).toEqual({ status: 401, body: problem });
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(headers['www-authenticate']).toMatch(/^Bearer/);
  expect(handled).toHaveLength(ran);
}

/** As `isRefused`, with 503: nobody knows whether the caller is signed in. */
export async function isUnknowable(asked: request.Test, retryAfter = 5): Promise<void> {
  const ran = handled.length;
  const { status, headers, body } = await asked;
  const code: AuthorityUnavailableCode = 'authority_unavailable';
  const problem = { title: 'Service Unavailable', status: 503, detail: MESSAGES[code], code };
  expect({ status, body: body as unknown }).toEqual({ status: 503, body: problem });
  expect(headers['retry-after']).toBe(String(retryAfter));
  expect(handled).toHaveLength(ran);
}

/** The application, with `errorBody: 'none'`, answers 503 with nothing but `Retry-After`. */
export async function isUnknowableWithoutBody(asked: request.Test, retryAfter = 5): Promise<void> {
  const ran = handled.length;
  const { status, headers, text } = await asked;
  expect({ status, text }).toEqual({ status: 503, text: '' });
  expect(headers['retry-after']).toBe(String(retryAfter));
  expect(handled).toHaveLength(ran);
}

/** The handler runs, once, and sees this user. */
export async function passes(asked: request.Test, user: string | null): Promise<void> {
  const ran = handled.length;
  const { status, body } = await asked;
  expect({ status, body: body as unknown }).toEqual({ status: 200, body: { user } });
  expect(handled).toHaveLength(ran + 1);
}
