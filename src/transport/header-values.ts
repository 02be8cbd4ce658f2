/** What may stand behind a header's name: Node's own values, and what people put into objects by hand. */
export type HeaderValue = string | number | readonly string[] | null | undefined;

/** Headers that are asked rather than read: a fetch `Headers`, or a `Map`. */
export interface HeaderEntries {
  /** Visits each header. */
  forEach(visit: (value: string, name: string) => void): void;
}

/** Headers of any kind. */
export type AnyHeaders = Readonly<Record<string, HeaderValue>> | HeaderEntries | null | undefined;

const NOTHING: readonly string[] = [];

/** What Node parsed: names in lower case, each of them once. */
export interface ParsedHeaders {
  readonly headers?: AnyHeaders;
  readonly rawHeaders?: readonly string[] | null | undefined;
}

/**
 * Every value of a header; `name` in lower case. Only what Node did not parse itself is searched for other spellings:
 * two spellings of one name are two values.
 */
export function headerValues(
  { headers, rawHeaders }: ParsedHeaders,
  name: string,
): readonly string[] {
  if (headers === null || headers === undefined) return NOTHING;
  if (rawHeaders !== null && rawHeaders !== undefined && rawHeaders.length > 0) {
    return textsOf((headers as Readonly<Record<string, unknown>>)[name]);
  }
  const found: string[] = [];
  visit(headers, (value, written) => {
    if (written.length === name.length && written.toLowerCase() === name) {
      found.push(...textsOf(value));
    }
  });
  return found;
}

function visit(
  headers: NonNullable<AnyHeaders>,
  see: (value: unknown, name: string) => void,
): void {
  if (areEntries(headers)) {
    headers.forEach((value: unknown, name: unknown) => {
      if (typeof name === 'string') see(value, name);
    });
    return;
  }
  for (const [name, value] of Object.entries(headers)) see(value, name);
}

function areEntries(headers: NonNullable<AnyHeaders>): headers is HeaderEntries {
  return typeof headers.forEach === 'function';
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return Array.isArray(value) ? value.flatMap(textsOf) : NOTHING;
}
