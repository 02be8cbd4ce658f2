/** Clerk's words for what a caller may prove itself with. */
export type TokenType = 'session_token' | MachineTokenType;

/** What machines bear: only in a header, never in a cookie. */
export type MachineTokenType = 'api_key' | 'm2m_token' | 'oauth_token';

/** Which kinds of callers a route lets in at all. */
export type AcceptedTokens = readonly TokenType[];

export const TOKEN_TYPES: AcceptedTokens = ['session_token', 'api_key', 'm2m_token', 'oauth_token'];

/** What holds wherever nothing else is said. */
export const SESSIONS_ONLY: AcceptedTokens = ['session_token'];
