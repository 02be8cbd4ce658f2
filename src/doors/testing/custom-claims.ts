/** What Clerk says itself, whatever the instance adds: who it is, and for how long the token is good. */
const RESERVED: ReadonlySet<string> = new Set(['exp', 'iat', 'iss', 'jti', 'nbf', 'sid', 'sub']);

/**
 * The custom claims of a session, a copy: what the test changes later is in no token.
 * @throws Error for claims that are Clerk's own
 */
export function customClaims(
  claims: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const own = Object.keys(claims).filter((name) => RESERVED.has(name));
  if (own.length === 0) return structuredClone(claims);
  throw new Error(
    `\`claims\` cannot hold ${own.join(', ')}: those are Clerk's own. mint({ session, claims }) makes tokens that lie about them.`,
  );
}
