import type { IncomingHttpHeaders } from 'node:http';

/** What a delivery says of itself; nothing of it is true before the signature holds. */
export interface SignedHeaders {
  readonly id: string;
  /** Seconds since the epoch, as written. */
  readonly timestamp: string;
  /** One or several, as written. */
  readonly signature: string;
}

/** Headers as Node writes them, a fetch `Headers`, or any record, with names in any case. */
export type WebhookHeaders =
  | IncomingHttpHeaders
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

const PARTS = ['id', 'timestamp', 'signature'] as const;

/** Clerk's own names, and those of the Standard Webhooks that senders under another brand use. */
const PREFIXES = ['svix', 'webhook'] as const;

type Values = Readonly<Record<string, string>>;

/**
 * The three headers, under one set of names. `undefined` when one is missing or blank, and when the two sets are mixed:
 * which one another reader of the same request goes by would be anybody's guess.
 */
export function readSignedHeaders(headers: WebhookHeaders): SignedHeaders | undefined {
  const values = valuesOf(headers);
  const [first, second] = PREFIXES.flatMap((prefix) => {
    const set = PARTS.map((part) => values[`${prefix}-${part}`]);
    return set.every((value) => value === undefined) ? [] : [set];
  });
  if (first === undefined) return undefined;
  if (second !== undefined && first.some((value, at) => value !== second[at])) return undefined;
  const [id, timestamp, signature] = first;
  if (!isFilled(id) || !isFilled(timestamp) || !isFilled(signature)) return undefined;
  return { id, timestamp, signature };
}

/** Whether a request looks like a delivery at all, if only a broken one. */
export function isDelivery(headers: IncomingHttpHeaders): boolean {
  return PREFIXES.some((prefix) =>
    PARTS.some((part) => headers[`${prefix}-${part}`] !== undefined),
  );
}

/** The encoding that a body came in, if it came in one. */
export function readEncoding(headers: WebhookHeaders): string | undefined {
  const encoding = valuesOf(headers)['content-encoding']?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** Repeated values are joined as Node joins them; no signature holds for that. */
function valuesOf(headers: WebhookHeaders): Values {
  const isIterable = Symbol.iterator in headers;
  const entries = isIterable
    ? [...(headers as Iterable<readonly [string, string]>)]
    : Object.entries(headers);
  const texts = entries.flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [[name.toLowerCase(), typeof value === 'string' ? value : value.join(', ')] as const];
  });
  return Object.fromEntries(texts);
}

function isFilled(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
