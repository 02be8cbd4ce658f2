import { readNotice, type Notice } from '../../revocation/notice.js';

/** One entry of the stream, as far as it is ours. */
export interface NoticeEntry {
  readonly id: string;
  readonly notices: readonly Notice[];
}

const FIELD = 'notices';

/** In one entry: many notices cost few commands, and no entry grows beyond some kilobytes. */
const PER_ENTRY = 25;

/** Characters. Nothing of ours is half as long; what is longer is not parsed. */
const LONGEST = 8192;

/** What is written into the entries, in the order of XADD. */
export function fieldsOf(notices: readonly Notice[]): (readonly [field: string, value: string])[] {
  const fields: [string, string][] = [];
  for (let at = 0; at < notices.length; at += PER_ENTRY) {
    fields.push([FIELD, JSON.stringify(notices.slice(at, at + PER_ENTRY))]);
  }
  return fields;
}

/**
 * What XREAD of one stream answered. By protocol and client that is `[[key, entries]]`, `[key, entries]`,
 * `{ key: entries }` or a Map, and null where nothing came.
 *
 * @throws TypeError for anything else: to take it for nothing would be to miss notices
 */
export function entriesIn(answer: unknown): NoticeEntry[] {
  if (answer === null || answer === undefined) return [];
  const entries = ofOneStream(answer);
  if (!Array.isArray(entries)) throw new TypeError('XREAD was answered in an unknown shape.');
  return entries.map(entryOf);
}

function ofOneStream(answer: unknown): unknown {
  if (answer instanceof Map) return [...(answer as Map<unknown, unknown>).values()][0];
  if (!Array.isArray(answer)) return Object.values(answer as object)[0];
  const [first, second] = answer as readonly unknown[];
  return Array.isArray(first) ? (first as readonly unknown[])[1] : second;
}

function entryOf(entry: unknown): NoticeEntry {
  const [id, fields] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
  if (!isText(id)) throw new TypeError('XREAD was answered with an entry of an unknown shape.');
  return { id: String(id), notices: noticesIn(valueIn(fields)) };
}

/** Fields come as `[name, value, …]`, or as an object where a client is told to map them. */
function valueIn(fields: unknown): unknown {
  if (!Array.isArray(fields)) return (fields as Readonly<Record<string, unknown>> | null)?.[FIELD];
  const list = fields as readonly unknown[];
  return isText(list[0]) && String(list[0]) === FIELD ? list[1] : undefined;
}

/** Anybody who may write to Redis may write here: what is no notice is passed over. */
function noticesIn(value: unknown): Notice[] {
  if (!isText(value) || value.length > LONGEST) return [];
  const told = parse(String(value));
  if (!Array.isArray(told)) return [];
  return told.map(readNotice).filter((notice) => notice !== undefined);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}
