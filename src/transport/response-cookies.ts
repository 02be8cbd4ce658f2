import { nodeResponseOf, type HeaderValue, type NodeResponse } from './node-response.js';

/** The lines that were added to each response, by the name of the cookie and where it belongs. */
const added = new WeakMap<NodeResponse, Map<string, string>>();

const SET_COOKIE = 'set-cookie';

/**
 * Adds `Set-Cookie` lines to a response, beside those of others. They stay when a handler sets the field anew, and when
 * Fastify hands a list of its own to `writeHead`. A line takes the place of an earlier one of ours for the same cookie.
 */
export function addCookies(response: unknown, lines: readonly string[]): void {
  const raw = nodeResponseOf(response);
  if (raw === undefined || raw.headersSent || lines.length === 0) return;
  const ours = added.get(raw) ?? watched(raw);
  const replaced = lines.map(cookieOf).flatMap((cookie) => ours.get(cookie) ?? []);
  for (const line of lines) ours.set(cookieOf(line), line);
  const others = textsOf(raw.getHeader(SET_COOKIE)).filter((line) => !replaced.includes(line));
  raw.setHeader(SET_COOKIE, union(others, [...ours.values()]));
}

function watched(raw: NodeResponse): Map<string, string> {
  const ours = new Map<string, string>();
  added.set(raw, ours);
  const writeHead = raw.writeHead.bind(raw);
  raw.writeHead = (status, ...rest) => {
    if (raw.headersSent) return writeHead(status, ...rest);
    const lines = [...ours.values()];
    const given = fieldsIn(rest.at(-1));
    const name = Object.keys(given).find((written) => written.toLowerCase() === SET_COOKIE);
    if (name === undefined) {
      raw.setHeader(SET_COOKIE, union(textsOf(raw.getHeader(SET_COOKIE)), lines));
      return writeHead(status, ...rest);
    }
    const merged = { ...given, [name]: union(textsOf(given[name]), lines) };
    return writeHead(status, ...rest.slice(0, -1), merged);
  };
  return ours;
}

type Fields = Readonly<Record<string, HeaderValue>>;

/** What `writeHead` was given: nothing, a record, or a list in which names and values take turns. */
function fieldsIn(given: unknown): Fields {
  if (typeof given !== 'object' || given === null) return {};
  return Array.isArray(given) ? recordOf(given) : (given as Fields);
}

/** A list may have a name several times. */
function recordOf(list: readonly unknown[]): Fields {
  const record: Record<string, HeaderValue> = {};
  for (let at = 0; at + 1 < list.length; at += 2) {
    const [name, value] = [String(list[at]).toLowerCase(), list[at + 1] as HeaderValue];
    const earlier = record[name];
    record[name] = earlier === undefined ? value : [...textsOf(earlier), ...textsOf(value)];
  }
  return record;
}

/** One name may stand for several cookies, on several paths and domains. */
function cookieOf(line: string): string {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const place = attributes.filter((attribute) => /^(?:path|domain)=/i.test(attribute));
  return [pair.split('=')[0], ...place].join(';');
}

function union(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])];
}

function textsOf(value: HeaderValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
}
