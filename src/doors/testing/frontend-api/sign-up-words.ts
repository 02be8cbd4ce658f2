import { isEmailAddress } from '../directory/email-address.js';
import type { SignUpWords } from '../directory/sign-ups.js';
import type { Users } from '../directory/users.js';
import type { Fields } from '../http/asked.js';
import type { Answer } from '../http/reply.js';
import { formError } from './complaints.js';
import { PASSWORD_LENGTH } from './password-length.js';

/** What a form says of somebody who signs up; an empty field says nothing. */
export function signUpWordsIn({ email_address: emailAddress, password }: Fields): SignUpWords {
  return {
    ...(isWord(emailAddress) ? { emailAddress } : {}),
    ...(isWord(password) ? { password } : {}),
  };
}

/** What Clerk has against it; `undefined` when nothing. */
export function complaintAbout(words: SignUpWords, users: Users): Answer | undefined {
  return complaintAboutAddress(words, users) ?? complaintAboutPassword(words);
}

function complaintAboutAddress({ emailAddress }: SignUpWords, users: Users): Answer | undefined {
  if (typeof emailAddress !== 'string') return undefined;
  if (!isEmailAddress(emailAddress)) return addressMalformed();
  return users.withEmailAddress(emailAddress) === undefined ? undefined : addressTaken();
}

function complaintAboutPassword({ password }: SignUpWords): Answer | undefined {
  if (typeof password !== 'string') return undefined;
  if (password.length < PASSWORD_LENGTH.min) return passwordShort();
  return password.length > PASSWORD_LENGTH.max ? passwordLong() : undefined;
}

function isWord(field: unknown): field is string {
  return typeof field === 'string' && field !== '';
}

function addressMalformed(): Answer {
  const message = 'Email address must be a valid email address.';
  return formError('form_param_format_invalid', 'email_address', message);
}

function addressTaken(): Answer {
  const message = 'That email address is taken. Please try another.';
  return formError('form_identifier_exists', 'email_address', message);
}

function passwordShort(): Answer {
  const message = `Passwords must be ${PASSWORD_LENGTH.min} characters or more.`;
  return formError('form_password_length_too_short', 'password', message);
}

function passwordLong(): Answer {
  const message = `Passwords must be ${PASSWORD_LENGTH.max} characters or less.`;
  return formError('form_password_length_too_long', 'password', message);
}
