/** A `Set-Cookie` line, as much of it as the `Cookie` header will show. */
export interface SetCookieLine {
  readonly text: string;
  readonly name: string;
  readonly value: string;
  /** When it ends, in milliseconds since the epoch; `undefined`: with the browser. `Number.NEGATIVE_INFINITY`: at once. */
  readonly endsAt: number | undefined;
}

/** A token, an equals sign, and printable ASCII: Node throws on other lines, and browsers drop them. */
const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([^;]*)((?:;.*)?)/;
const PRINTABLE = /^[ -~]{1,16384}$/;

/** Reads one line; `undefined` for what is none. */
export function readSetCookieLine(text: string, now: number): SetCookieLine | undefined {
  const line = PRINTABLE.test(text) ? LINE.exec(text) : null;
  if (line === null) return undefined;
  const [, name, value, attributes] = line as unknown as readonly [string, string, string, string];
  return { text, name, value: value.trim(), endsAt: endOf(attributes, now) };
}

/** Whether a browser keeps the cookie, at a time in milliseconds since the epoch. */
export function isKept({ endsAt }: SetCookieLine, now: number): boolean {
  return endsAt === undefined || endsAt > now;
}

/** `Max-Age` outranks `Expires` (RFC 6265 section 5.3). */
function endOf(attributes: string, now: number): number | undefined {
  const seconds = /;\s*max-age\s*=\s*(-?\d{1,12})\s*(?:;|$)/i.exec(attributes)?.[1];
  if (seconds !== undefined) {
    return Number(seconds) <= 0 ? Number.NEGATIVE_INFINITY : now + Number(seconds) * 1000;
  }
  const date = /;\s*expires\s*=([^;]+)/i.exec(attributes)?.[1];
  const end = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(end) ? undefined : end;
}
