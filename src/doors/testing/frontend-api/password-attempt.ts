import type { Passwords } from '../directory/passwords.js';
import type { Fields } from '../http/asked.js';
import { clerkError } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { formError } from './complaints.js';

/** What is wrong with an attempt to prove to be that user; `undefined` when nothing. */
export function complaintAboutAttempt(
  userId: string,
  { strategy, password }: Fields,
  passwords: Passwords,
): Answer | undefined {
  if (strategy !== 'password') return strategyRefused();
  if (typeof password !== 'string' || password === '') return passwordMissing();
  return passwords.isRight(userId, password) ? undefined : passwordWrong();
}

function strategyRefused(): Answer {
  const message = 'The verification strategy is not valid for this account';
  return clerkError(400, 'strategy_for_user_invalid', message);
}

function passwordMissing(): Answer {
  return formError('form_param_nil', 'password', 'Enter password.');
}

function passwordWrong(): Answer {
  const message = 'Password is incorrect. Try again, or use another method.';
  return formError('form_password_incorrect', 'password', message);
}
