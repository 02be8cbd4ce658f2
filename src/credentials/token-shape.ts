/** Node's own limit for all headers of a request together; no session token comes near it. */
export const LONGEST_CREDENTIAL = 16_384;

const THREE_BASE64URL_PARTS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Three base64url parts: the shape of a signed session token. Anything else is a client token. */
export function isSessionTokenShaped(token: string): boolean {
  return token.length <= LONGEST_CREDENTIAL && THREE_BASE64URL_PARTS.test(token);
}
