import { applyDecorators, UseGuards } from '@nestjs/common';
import {
  SESSIONS_ONLY,
  TOKEN_TYPES,
  type AcceptedTokens,
  type TokenType,
} from '../session/accepted-tokens.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { AuthGuard } from './auth-guard.js';
import { writeTokens } from './write-word.js';

/**
 * Which kinds of tokens this handler, or every handler of this class, accepts: without it sessions only. A token of any
 * other kind is refused with `token_type_unsupported`, and nobody is asked about it. Brings the guard. Machines bear
 * their tokens in the `Authorization` header; cookies prove sessions alone. What else the caller must have is said by
 * `@RequireSession()`, whose demands no machine can meet, except `scope`.
 *
 * @example
 * ```ts
 * @AcceptTokens('session_token', 'api_key')
 * @AcceptTokens('m2m_token')
 * @AcceptTokens('api_key', 'oauth_token') @RequireSession({ scope: 'read:users' })
 * ```
 * @throws ConfigurationError `configuration_invalid`, when the file loads, for no kind at all, for one that does
 * not exist, and beside another `@AcceptTokens()` with other kinds
 */
export function AcceptTokens(
  ...types: readonly [TokenType, ...TokenType[]]
): ClassDecorator & MethodDecorator {
  const accepted = read(types);
  const decorator = `@AcceptTokens(${accepted.map((type) => `'${type}'`).join(', ')})`;
  return applyDecorators(writeTokens({ decorator, accepted }), UseGuards(AuthGuard));
}

function read(written: readonly unknown[]): AcceptedTokens {
  const accepted = TOKEN_TYPES.filter((type) => written.includes(type));
  const isKnown = written.every((type) => TOKEN_TYPES.some((known) => known === type));
  if (accepted.length === 0 || !isKnown) {
    throw new ConfigurationError([
      `@AcceptTokens() takes one or more of ${TOKEN_TYPES.map((type) => `'${type}'`).join(', ')}.`,
    ]);
  }
  return accepted.every((type) => SESSIONS_ONLY.includes(type)) ? SESSIONS_ONLY : accepted;
}
