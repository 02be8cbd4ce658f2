import { isObject } from './fields.js';

/** What is there but is no text: a scheme without a token, which is malformed and shuts out cookies. */
const NOT_A_TEXT = 'Bearer';

/**
 * Every `authorization` value in what a client wrote by itself, such as `connectionParams`; its name in any case. A
 * value that is no text is malformed, not absent.
 *
 * @param read what a value says; left out, only a text says something
 */
export function authorizationIn(written: unknown, read = valueOf): readonly string[] {
  if (!isObject(written)) return [];
  return Object.entries(written).flatMap(([name, value]) =>
    isAuthorization(name) ? read(value) : [],
  );
}

export function isAuthorization(name: string): boolean {
  return name.length === 'authorization'.length && name.toLowerCase() === 'authorization';
}

/** A header's value, in transports whose header values may be anything. */
export function valueOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return [typeof value === 'string' ? value : NOT_A_TEXT];
}

/** A bare token, in the form of an `Authorization` value. */
export function bearerOf(token: unknown): readonly string[] {
  if (token === undefined) return [];
  return [typeof token === 'string' ? `Bearer ${token}` : NOT_A_TEXT];
}
