import { randomBytes } from 'node:crypto';

/** An HTTP response, ready to send. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case. A list is sent as a field for each: `Set-Cookie` cannot be joined. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array;
}

/** What the one who asked gets to see: an answer, a connection that breaks, or nothing, ever. */
export type Reply = Answer | { readonly kind: 'break' } | { readonly kind: 'silence' };

/** Exactly `application/json`: Clerk's official client takes anything longer for text. */
export const JSON_TYPE = { 'content-type': 'application/json' };

export function json(status: number, value: unknown): Answer {
  return { kind: 'answer', status, headers: JSON_TYPE, body: JSON.stringify(value) };
}

export function text(status: number, type: 'plain' | 'html', body: string): Answer {
  return { kind: 'answer', status, headers: { 'content-type': `text/${type}` }, body };
}

/** Sends a browser there: 307 from page to page, 303 after a form. No cache may answer in its place. */
export function redirect(status: 303 | 307, location: string, cookies: readonly string[]): Answer {
  const headers = { location, 'cache-control': 'no-store', 'set-cookie': [...cookies] };
  return { kind: 'answer', status, headers, body: '' };
}

/** What Clerk has against a request. The code is for programs, the message for people. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly long_message: string;
  /** Says for instance which field of a form it is about. */
  readonly meta: Readonly<Record<string, string>>;
}

/** Clerk's way of saying no. */
export function refusal(status: number, complaint: Complaint): Answer {
  return json(status, { errors: [complaint], clerk_trace_id: randomBytes(16).toString('hex') });
}

/** The same, where one sentence is enough. */
export function clerkError(status: number, code: string, message: string): Answer {
  return refusal(status, { message, long_message: message, code, meta: {} });
}

/** A parameter of a request is not what Clerk takes for it. */
export function parameterInvalid(name: string, message: string): Answer {
  const meta = { param_name: name };
  return refusal(422, { code: 'form_param_value_invalid', message, long_message: message, meta });
}

export function notFound(what: string): Answer {
  return clerkError(404, 'resource_not_found', `${what} not found`);
}
