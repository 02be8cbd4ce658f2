/** Characters of a query that are read. Node takes no longer request line, unless told to. */
export const LONGEST_QUERY = 16_384;

const NOTHING: readonly string[] = [];
const UNREADABLE: readonly string[] = [''];

const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const EQUALS = 0x3d;
const SEPARATORS: ReadonlySet<number> = codesOf('&?#');
/** Before the name: `?name` and `[name]` are the name itself to some query parsers. */
const BEFORE: ReadonlySet<number> = codesOf('?[]');
/** After the name: `name[]`, `name[a]` and `name.a` make lists and objects of it. */
const AFTER: ReadonlySet<number> = codesOf('[].');

/**
 * A query parameter, looked for in the URL itself: every way to name it counts that some adapter or query parser knows.
 * Each part of the query is looked at once, and decoded only where it bears the name.
 */
export class QueryParameter {
  /** The name in UTF-8, one character a byte: as percent sequences give it. */
  private readonly bytes: string;

  constructor(name: string) {
    const bytes = Buffer.from(name, 'utf8').toString('latin1');
    this.bytes = bytes.slice(afterJunk(bytes, 0, bytes.length));
  }

  /**
   * What the URL gives as its value, in order: nothing where it does not name it. No more than two: a second one is
   * already one too many. `''` stands for a list or an object, and for a query that is longer than `LONGEST_QUERY` and
   * could name it.
   */
  valuesIn(url: string): readonly string[] {
    const start = startOfQuery(url);
    if (start >= url.length || !this.canBeIn(url, start)) return NOTHING;
    return url.length - start > LONGEST_QUERY ? UNREADABLE : this.read(url, start);
  }

  /** Where neither the name nor any percent sequence is, nothing can name it. */
  private canBeIn(url: string, start: number): boolean {
    return url.includes(this.bytes, start) || url.includes('%', start);
  }

  private read(url: string, from: number): readonly string[] {
    const found: string[] = [];
    for (let start = from; start < url.length && found.length < 2;) {
      const end = endOfPart(url, start);
      const value = this.valueOf(url, start, end);
      if (value !== undefined) found.push(value);
      start = end + 1;
    }
    return found;
  }

  /** The value of one part; `undefined` for a part of another name. */
  private valueOf(url: string, start: number, end: number): string | undefined {
    const from = afterJunk(url, start, end);
    const at = this.endOfName(url, from, end);
    if (at < 0) return undefined;
    if (at === end || url.charCodeAt(at) === EQUALS) {
      return from === start ? decode(url.slice(at + 1, end)) : '';
    }
    return AFTER.has(codeAt(url, at, end)) ? '' : undefined;
  }

  private endOfName(url: string, start: number, end: number): number {
    let at = start;
    for (let index = 0; index < this.bytes.length; index += 1) {
      if (at >= end || codeAt(url, at, end) !== this.bytes.charCodeAt(index)) return -1;
      at += widthAt(url, at, end);
    }
    return at;
  }
}

function codesOf(text: string): ReadonlySet<number> {
  return new Set(Array.from(text, (character) => character.charCodeAt(0)));
}

/** Fastify takes `#`, and where it is told to also `;`, for the beginning of the query. */
function startOfQuery(url: string): number {
  let start = url.length;
  for (const delimiter of ['?', '#', ';']) {
    const at = url.indexOf(delimiter);
    if (at >= 0 && at < start) start = at + 1;
  }
  return start;
}

function endOfPart(url: string, start: number): number {
  let at = start;
  while (at < url.length && !SEPARATORS.has(url.charCodeAt(at))) at += 1;
  return at;
}

function afterJunk(url: string, start: number, end: number): number {
  let at = start;
  while (at < end && BEFORE.has(codeAt(url, at, end))) at += widthAt(url, at, end);
  return at;
}

function codeAt(url: string, at: number, end: number): number {
  const code = url.charCodeAt(at);
  if (code === PLUS) return SPACE;
  return code === PERCENT && isSequence(url, at, end)
    ? hexDigit(url.charCodeAt(at + 1)) * 16 + hexDigit(url.charCodeAt(at + 2))
    : code;
}

function widthAt(url: string, at: number, end: number): number {
  return url.charCodeAt(at) === PERCENT && isSequence(url, at, end) ? 3 : 1;
}

function isSequence(url: string, at: number, end: number): boolean {
  return (
    at + 2 < end && hexDigit(url.charCodeAt(at + 1)) >= 0 && hexDigit(url.charCodeAt(at + 2)) >= 0
  );
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** A broken sequence stays as it is: then the value is no id, and not what the handler reads either. */
function decode(value: string): string {
  const spaced = value.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
