import { ConfigurationError } from '../../errors/configuration-error.js';

/** As RFC 6750 section 2.1 writes it: no blank, so that no "Bearer" can be in it, and nothing that ends a header. */
const TOKEN = /^[\w.~+/-]+=*$/;

/**
 * The `authorization` value that bears this token.
 *
 * @throws ConfigurationError for what is no token; without it, a message would go out in nobody's name
 */
export function bearerOf(token: unknown): string {
  if (typeof token === 'string' && TOKEN.test(token)) return `Bearer ${token}`;
  throw new ConfigurationError([
    'asCaller() was given no token: hand it the text of one, without "Bearer". Where there is no caller, send with the client itself.',
  ]);
}
