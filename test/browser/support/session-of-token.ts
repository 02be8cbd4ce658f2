/** The `sid` of a session token, as it says itself. */
export function sessionOfToken(token: string): unknown {
  const [, claims = ''] = token.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid: unknown }).sid;
}
