import { JSON_TYPE } from '../http/reply.js';
import type { Answer } from '../http/reply.js';

/** Words put into Clerk's mouth. */
export interface CannedAnswer {
  /** Of HTTP. */
  readonly status: number;
  /** A string is sent as it is, anything else as JSON. Nothing when left out. */
  readonly body?: unknown;
  /** Beside `Content-Type: application/json`, which they may replace. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export function answerOf({ status, body, headers = {} }: CannedAnswer): Answer {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const all = { ...JSON_TYPE, ...(Object.fromEntries(given) as Record<string, string>) };
  return { kind: 'answer', status, headers: all, body: written(body) };
}

function written(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}
