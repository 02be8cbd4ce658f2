const NAME_START = '__';

/**
 * The values of some cookies, by their place in `names`; all of these begin with two underscores. On the way of every
 * request, so nothing is built for the other cookies. Split before decoding, so that an encoded `;` or `=` forges
 * nothing; the first of duplicates wins; a broken percent sequence stays as it is (RFC 6265 section 5.4).
 */
export function readCookieValues(
  header: string,
  names: readonly string[],
): readonly (string | undefined)[] {
  const values = new Array<string | undefined>(names.length).fill(undefined);
  for (let start = 0; start < header.length;) {
    const end = endOfPair(header, start);
    const at = names.indexOf(nameIn(header, start, end));
    if (at >= 0) values[at] ??= valueIn(header, start, end);
    start = end + 1;
  }
  return values;
}

function endOfPair(header: string, start: number): number {
  const end = header.indexOf(';', start);
  return end < 0 ? header.length : end;
}

/** The name of a pair, or nothing where it is not one of those that are looked for. */
function nameIn(header: string, start: number, end: number): string {
  const name = header.indexOf(NAME_START, start);
  const equals = header.indexOf('=', start);
  if (name < 0 || equals < name || equals >= end) return '';
  return header.slice(start, equals).trim();
}

function valueIn(header: string, start: number, end: number): string {
  return decode(header.slice(header.indexOf('=', start) + 1, end).trim());
}

function decode(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
