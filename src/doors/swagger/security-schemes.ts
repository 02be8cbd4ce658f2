import type { AcceptedTokens, TokenType } from '../../credentials/token-type.js';
import type { SecurityRequirement } from './open-api.js';

/** Names of schemes, by the kind of token that each carries. */
const WAYS: Readonly<Record<TokenType, readonly string[]>> = {
  session_token: ['session', 'sessionCookie'],
  api_key: ['apiKey'],
  m2m_token: ['m2mToken'],
  oauth_token: ['oauthToken'],
};

const SCHEMES: Readonly<Record<string, object>> = {
  session: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: "A session token: what `getToken()` of Clerk's front end returns.",
  },
  sessionCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__session',
    description:
      "The cookie that Clerk's front end keeps; the one with the suffix of the instance counts as well.",
  },
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of Clerk (`ak_…`).' },
  m2mToken: { type: 'http', scheme: 'bearer', description: 'An M2M token of Clerk.' },
  oauthToken: { type: 'http', scheme: 'bearer', description: 'An OAuth access token of Clerk.' },
};

/** One alternative for each way in which these kinds of tokens may come. */
export function requirementsFor(accepted: AcceptedTokens): SecurityRequirement[] {
  return accepted.flatMap((type) => WAYS[type]).map((name) => ({ [name]: [] }));
}

/** The schemes that requirements name, as far as they are ours. */
export function schemesFor(
  requirements: Iterable<SecurityRequirement>,
): Readonly<Record<string, object>> {
  const names = new Set([...requirements].flatMap((way) => Object.keys(way)));
  return Object.fromEntries(Object.entries(SCHEMES).filter(([name]) => names.has(name)));
}
