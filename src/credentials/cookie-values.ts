const SPACE = 0x20;
const TAB = 0x09;
const EQUALS = 0x3d;

/**
 * The values of some cookies, by their place in `names`. On the way of every request, so nothing is built for the other
 * cookies, and no look goes beyond the pair at hand: `Cookie: _;_;_;...` costs what its length costs. Split before
 * decoding, so that an encoded `;` or `=` forges nothing; the first of duplicates wins; a broken percent sequence stays
 * as it is (RFC 6265 section 5.4). Only SP and HTAB are blanks: to a browser U+00A0 is part of a name.
 */
export function readCookieValues(
  header: string,
  names: readonly string[],
): readonly (string | undefined)[] {
  const values = new Array<string | undefined>(names.length).fill(undefined);
  for (let start = 0; start < header.length;) {
    const end = endOfPair(header, start);
    const from = skipBlanks(header, start, end);
    for (let at = 0; at < names.length; at += 1) {
      const equals = equalsAfter(names[at] ?? '', header, from, end);
      if (equals >= 0) values[at] ??= valueIn(header, equals + 1, end);
    }
    start = end + 1;
  }
  return values;
}

function endOfPair(header: string, start: number): number {
  const end = header.indexOf(';', start);
  return end < 0 ? header.length : end;
}

/** Where the equals sign of a pair of this name is; -1 for a pair of another name, or without the sign. */
function equalsAfter(name: string, header: string, from: number, end: number): number {
  if (!header.startsWith(name, from)) return -1;
  const at = skipBlanks(header, from + name.length, end);
  return at < end && header.charCodeAt(at) === EQUALS ? at : -1;
}

function valueIn(header: string, start: number, end: number): string {
  const from = skipBlanks(header, start, end);
  let to = end;
  while (to > from && isBlank(header.charCodeAt(to - 1))) to -= 1;
  return decode(header.slice(from, to));
}

function skipBlanks(header: string, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(header.charCodeAt(at))) at += 1;
  return at;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function decode(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
