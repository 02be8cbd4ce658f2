/** The session that the caller asks for, if any. */
export type AskedSessionId =
  { readonly kind: 'asked'; readonly id: string | undefined } | { readonly kind: 'malformed' };

const NOT_ASKED: AskedSessionId = { kind: 'asked', id: undefined };
const MALFORMED: AskedSessionId = { kind: 'malformed' };

const SESSION_ID = /^sess_[A-Za-z0-9]+$/;
const LONGEST_SESSION_ID = 255;

/**
 * Whether a text can name a session. The original SDK put any text into a URL: `sess_X/revoke?x=` revoked the
 * victim's session and signed the caller in as them.
 */
export function isSessionId(text: unknown): text is string {
  return typeof text === 'string' && text.length <= LONGEST_SESSION_ID && SESSION_ID.test(text);
}

/** One well-formed id, or none at all: emptiness, lists and repetitions never fall back to another session. */
export function readAskedSessionId(values: readonly string[]): AskedSessionId {
  if (values.length === 0) return NOT_ASKED;
  const [id] = values;
  return values.length === 1 && isSessionId(id) ? { kind: 'asked', id } : MALFORMED;
}
