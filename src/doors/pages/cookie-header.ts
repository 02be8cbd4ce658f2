import { nameBeforeEquals } from './name-before-equals.js';
import { HANDSHAKE_NONCE, HANDSHAKE_TOKEN } from './parameter-names.js';
import { isKept, type SetCookieLine } from './set-cookie-line.js';

/** What was meant for one request is not sent with the next. */
const SPENT = [HANDSHAKE_NONCE, HANDSHAKE_TOKEN];

/**
 * The `Cookie` header as the browser will send it after it has obeyed these lines; an empty one if nothing is left.
 *
 * @param now milliseconds since the epoch
 */
export function cookieHeaderAfter(
  header: string,
  lines: readonly SetCookieLine[],
  now: number,
): string {
  const changed = new Map(lines.map((line) => [line.name, line]));
  const kept = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !SPENT.includes(nameOf(pair)) && !changed.has(nameOf(pair)));
  const set = [...changed.values()].filter(
    (line) => !SPENT.includes(line.name) && isKept(line, now),
  );
  return [...kept, ...set.map(({ name, value }) => `${name}=${value}`)].join('; ');
}

function nameOf(pair: string): string {
  return nameBeforeEquals(pair).trim();
}
