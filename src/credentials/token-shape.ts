/** Node's own limit for all headers of a request together; no session token comes near it. */
export const LONGEST_CREDENTIAL = 16_384;

declare const shaped: unique symbol;

/** A text that was seen to have the shape of a session token. Says nothing about whether it is true. */
export type SessionTokenText = string & { readonly [shaped]: true };

const THREE_BASE64URL_PARTS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Three base64url parts: the shape of a signed session token. Anything else is a client token. */
export function isSessionTokenShaped(token: string): token is SessionTokenText {
  return token.length <= LONGEST_CREDENTIAL && THREE_BASE64URL_PARTS.test(token);
}
