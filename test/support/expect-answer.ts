import { expect } from '@jest/globals';
import type { UnauthenticatedCode } from 'nestjs-clerk-auth';
import { MESSAGES } from '../../src/errors/messages.js';
import { handled } from './probe-controller.js';

/** What came back, whoever fetched it: supertest or a bare socket. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The handler ran, once, for this user. Forgets that it ran. */
export function expectUser(answer: Answer, user: string | null): void {
  expect({ status: answer.status, text: answer.text }).toEqual({
    status: 200,
    text: JSON.stringify({ user }),
  });
  expect(handled.splice(0)).toHaveLength(1);
}

/** 401 with this code, its message and its challenge, and no handler ran. For `errorBody: 'problem'`. */
export function expectRefused(answer: Answer, code: UnauthenticatedCode): void {
  expect({ status: answer.status, code: codeIn(answer) }).toEqual({ status: 401, code });
  expect(JSON.parse(answer.text)).toEqual({
    title: 'Unauthorized',
    status: 401,
    detail: MESSAGES[code],
    code,
  });
  const challenge = code === 'session_required' ? 'Bearer' : 'Bearer error="invalid_token"';
  expect(answer.headers['www-authenticate']).toBe(challenge);
  expect(handled).toEqual([]);
}

/** Refused by `SessionService`: the exception with this code, its status and its message. */
export async function expectRejection(
  asked: Promise<unknown>,
  code: UnauthenticatedCode,
): Promise<void> {
  await expect(asked).rejects.toMatchObject({
    name: 'UnauthenticatedException',
    code,
    status: 401,
    message: MESSAGES[code],
  });
}

function codeIn({ text }: Answer): unknown {
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>).code : text;
}
