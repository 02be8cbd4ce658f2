import type { LocalClerk, MintSpec, SignedIn } from 'nestjs-clerk-auth/testing';

export type Headers = Readonly<Record<string, string>>;

/** Who plays in the cases: Ada and Bob in one browser, Zoe in another. */
export interface Cast {
  readonly clerk: LocalClerk;
  readonly ada: SignedIn;
  readonly bob: SignedIn;
  readonly zoe: SignedIn;
}

/** A request, and what must become of it. */
export interface Case {
  readonly name: string;
  readonly headers: (cast: Cast) => Headers;
  readonly verdict: 'in' | 'out';
  /** @default '/session' */
  readonly path?: string | ((cast: Cast) => string);
  /** Whether it comes without the cookie that development instances give to every browser. */
  readonly isStrangeBrowser?: boolean;
  /** Where theirs is another one: a line of docs/protocol.md says why. */
  readonly difference?: { readonly theirs: 'in' | 'out' | 'crash'; readonly listedAs: string };
}

const bearer =
  (token: (cast: Cast) => string) =>
  (cast: Cast): Headers => ({ authorization: `Bearer ${token(cast)}` });
const minted = (spec: MintSpec) =>
  bearer(({ clerk, ada }) => clerk.mint({ session: ada, ...spec }));
const cookies = (cookie: (cast: Cast) => string) => (cast: Cast) => ({ cookie: cookie(cast) });
/** Of this instance's cookies. */
export const suffixOf = ({ suffixedCookie }: SignedIn): string =>
  suffixedCookie.slice('__session_'.length, suffixedCookie.indexOf('='));
const now = (): number => Math.floor(Date.now() / 1000);
const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const HEADERS: readonly Case[] = [
  { name: 'nothing at all', headers: () => ({}), verdict: 'out' },
  { name: 'a good token', headers: ({ ada }) => ({ authorization: ada.header }), verdict: 'in' },
  {
    name: 'a good token of version 1',
    headers: minted({ version: 1 }),
    verdict: 'in',
  },
  {
    name: 'a scheme in small letters',
    headers: ({ ada }) => ({ authorization: `bearer ${ada.sessionToken}` }),
    verdict: 'in',
    difference: { theirs: 'out', listedAs: '`bearer` in small letters is ignored' },
  },
  {
    name: 'a token without a scheme',
    headers: ({ ada }) => ({ authorization: ada.sessionToken }),
    verdict: 'out',
    difference: { theirs: 'in', listedAs: 'a token without a scheme is taken' },
  },
  {
    name: 'two blanks after the scheme',
    headers: ({ ada }) => ({ authorization: `Bearer  ${ada.sessionToken}` }),
    verdict: 'in',
    difference: { theirs: 'out', listedAs: 'Two blanks after `Bearer` break it' },
  },
  { name: 'another scheme', headers: () => ({ authorization: 'Basic YTpi' }), verdict: 'out' },
  { name: 'rubbish', headers: bearer(() => 'rubbish'), verdict: 'out' },
  { name: 'three parts of rubbish', headers: bearer(() => 'a.b.c'), verdict: 'out' },
  {
    name: 'parts that are JSON and no objects',
    headers: bearer(() => `${encoded(null)}.${encoded(null)}.AAAA`),
    verdict: 'out',
  },
  { name: 'an expired token', headers: minted({ expiresIn: -60 }), verdict: 'out' },
  { name: 'one within the skew', headers: minted({ expiresIn: -3 }), verdict: 'in' },
  { name: 'one that is not valid yet', headers: minted({ notBefore: 60 }), verdict: 'out' },
  { name: 'one of the future', headers: minted({ issuedAt: 60 }), verdict: 'out' },
  { name: 'a foreign key', headers: minted({ key: 'foreign' }), verdict: 'out' },
  { name: 'no signature', headers: minted({ algorithm: 'none' }), verdict: 'out' },
  { name: 'HMAC with the public key', headers: minted({ algorithm: 'HS256' }), verdict: 'out' },
  { name: 'an elliptic key', headers: minted({ algorithm: 'ES256' }), verdict: 'out' },
  { name: 'RS512', headers: minted({ algorithm: 'RS512' }), verdict: 'out' },
  { name: 'an unknown key id', headers: minted({ header: { kid: 'other' } }), verdict: 'out' },
  { name: 'no key id', headers: minted({ header: { kid: undefined } }), verdict: 'out' },
  {
    name: 'a JWT template',
    headers: minted({ header: { cat: 'cl_B7d4PD222AAA' } }),
    verdict: 'out',
  },
  { name: 'no category', headers: minted({ header: { cat: undefined } }), verdict: 'in' },
  { name: 'no type', headers: minted({ header: { typ: undefined } }), verdict: 'in' },
  { name: 'another type', headers: minted({ header: { typ: 'jwt' } }), verdict: 'out' },
  {
    name: 'critical extensions',
    headers: minted({ header: { crit: ['x'], x: 1 } }),
    verdict: 'out',
    difference: { theirs: 'in', listedAs: '`crit` is ignored.' },
  },
  {
    name: 'another issuer',
    headers: minted({ claims: { iss: 'https://elsewhere.test' } }),
    verdict: 'out',
    difference: { theirs: 'in', listedAs: 'The issuer is not checked, unless an option says so.' },
  },
  {
    name: 'an empty user id',
    headers: minted({ claims: { sub: '' } }),
    verdict: 'out',
    difference: { theirs: 'in', listedAs: 'An empty `sub` is signed in; `sid` is not looked at.' },
  },
  {
    name: 'no session id',
    headers: minted({ claims: { sid: undefined } }),
    verdict: 'out',
    difference: { theirs: 'in', listedAs: 'An empty `sub` is signed in; `sid` is not looked at.' },
  },
  { name: 'a user id that is a number', headers: minted({ claims: { sub: 7 } }), verdict: 'out' },
  { name: 'no expiry', headers: minted({ claims: { exp: undefined } }), verdict: 'out' },
  { name: 'expiry in words', headers: minted({ claims: { exp: '9999999999' } }), verdict: 'out' },
  {
    name: 'a pending session',
    headers: minted({ claims: { sts: 'pending' } }),
    verdict: 'out',
    difference: { theirs: 'in', listedAs: 'A pending session counts as authenticated' },
  },
  { name: 'a machine', headers: minted({ claims: { sub: 'mch_1' } }), verdict: 'out' },
  {
    name: 'the session that was asked for',
    headers: ({ ada }) => ({ authorization: ada.header }),
    path: ({ ada }) => `/session?_clerk_session_id=${ada.sessionId}`,
    verdict: 'in',
  },
  {
    name: 'another session than was asked for',
    headers: ({ ada }) => ({ authorization: ada.header }),
    path: ({ bob }) => `/session?_clerk_session_id=${bob.sessionId}`,
    verdict: 'out',
    difference: { theirs: 'in', listedAs: '`_clerk_session_id` is not looked at' },
  },
  {
    name: 'a bad token beside good cookies',
    headers: ({ ada }) => ({ authorization: 'Bearer a.b.c', cookie: ada.cookie }),
    verdict: 'out',
  },
  {
    name: 'a good token beside bad cookies',
    headers: ({ ada }) => ({ authorization: ada.header, cookie: '__session=a.b.c' }),
    verdict: 'in',
  },
  {
    name: 'another scheme beside good cookies',
    headers: ({ ada }) => ({ authorization: 'Basic YTpi', cookie: ada.cookie }),
    verdict: 'in',
  },
];

const COOKIES: readonly Case[] = [
  { name: 'plain cookies', headers: cookies(({ ada }) => ada.cookie), verdict: 'in' },
  { name: 'suffixed cookies', headers: cookies(({ ada }) => ada.suffixedCookie), verdict: 'in' },
  {
    name: 'both sets alike',
    headers: cookies(({ ada }) => `${ada.cookie}; ${ada.suffixedCookie}`),
    verdict: 'in',
  },
  {
    name: 'two people, the plain one older',
    headers: cookies(({ ada, clerk, bob }) => {
      const older = clerk.mint({ session: bob, issuedAt: -30 });
      return `__session=${older}; __client_uat=${String(now() - 60)}; ${ada.suffixedCookie}`;
    }),
    verdict: 'in',
  },
  {
    name: 'a plain set of another instance beside a good suffixed one',
    headers: cookies(({ ada, clerk }) => {
      const other = clerk.mint({ session: ada, claims: { iss: 'https://elsewhere.test' } });
      return `__session=${other}; __client_uat=1; ${ada.suffixedCookie}`;
    }),
    verdict: 'in',
  },
  {
    name: 'a suffixed set that signed out beside a plain one that did not',
    headers: cookies(
      ({ ada }) => `${ada.cookie}; __client_uat_${suffixOf(ada)}=0; __session_${suffixOf(ada)}=x`,
    ),
    verdict: 'in',
  },
  {
    name: 'a rubbish plain set beside a good suffixed one',
    headers: cookies(({ ada }) => `__session=rubbish; __client_uat=1; ${ada.suffixedCookie}`),
    verdict: 'out',
  },
  {
    name: 'a browser that signed out',
    headers: cookies(({ ada }) => `__session=${ada.sessionToken}; __client_uat=0`),
    verdict: 'out',
  },
  {
    name: 'a browser that changed since',
    headers: cookies(
      ({ ada }) => `__session=${ada.sessionToken}; __client_uat=${String(now() + 600)}`,
    ),
    verdict: 'out',
  },
  {
    name: 'no word of when the browser changed',
    headers: cookies(({ ada }) => `__session=${ada.sessionToken}`),
    verdict: 'in',
    difference: { theirs: 'out', listedAs: 'A cookie without `__client_uat` is refused.' },
  },
  {
    name: 'a browser without the cookie of development instances',
    headers: cookies(({ ada }) => ada.cookie),
    isStrangeBrowser: true,
    verdict: 'in',
    difference: { theirs: 'out', listedAs: '`__clerk_db_jwt` is not asked for' },
  },
  {
    name: 'a cookie without time of issue',
    headers: cookies(({ clerk, ada }) => {
      const token = clerk.mint({ session: ada, claims: { iat: undefined } });
      return `__session=${token}; __client_uat=${String(now() - 60)}`;
    }),
    verdict: 'out',
    difference: {
      theirs: 'in',
      listedAs: 'A cookie without `iat` passes beside any `__client_uat`.',
    },
  },
  {
    name: 'a JWT template in a cookie',
    headers: cookies(({ clerk, ada }) => {
      const token = clerk.mint({ session: ada, header: { cat: 'cl_B7d4PD222AAA' } });
      return `__session=${token}; __client_uat=${String(now() - 60)}`;
    }),
    verdict: 'out',
  },
  {
    name: 'a machine in a cookie',
    headers: cookies(
      ({ clerk }) => `__session=${clerk.mintM2mToken()}; __client_uat=${String(now() - 60)}`,
    ),
    path: '/any',
    verdict: 'out',
  },
  {
    name: 'a cookie whose payload is null',
    headers: cookies(() => `__session=${encoded({})}.${encoded(null)}.AAAA; __client_uat=1`),
    verdict: 'out',
    difference: { theirs: 'crash', listedAs: 'A cookie with a payload of JSON `null`' },
  },
  {
    name: 'the client token of the original protocol',
    headers: cookies(({ ada }) => `${ada.clientCookie}; __client_uat=${String(now())}`),
    verdict: 'in',
    difference: { theirs: 'out', listedAs: 'Client tokens are not known anymore.' },
  },
  {
    name: 'a client token that nobody knows',
    headers: cookies(() => `__session=unknown; __client_uat=${String(now())}`),
    verdict: 'out',
  },
];

const MACHINES: readonly Case[] = [
  ...(['createApiKey', 'createM2mToken', 'createOAuthToken'] as const).flatMap((create): Case[] => [
    {
      name: `${create}: accepted where machines are`,
      headers: ({ clerk }) => ({ authorization: clerk[create]().header }),
      path: '/any',
      verdict: 'in',
    },
    {
      name: `${create}: refused where sessions are asked for`,
      headers: ({ clerk }) => ({ authorization: clerk[create]().header }),
      verdict: 'out',
    },
  ]),
  ...(['createApiKey', 'createM2mToken'] as const).flatMap((create): Case[] => [
    {
      name: `${create}: revoked`,
      headers: ({ clerk }) => {
        const made = clerk[create]();
        clerk.revokeMachineToken(made);
        return { authorization: made.header };
      },
      path: '/any',
      verdict: 'out',
      difference: { theirs: 'in', listedAs: 'A machine token that Clerk answers with 200 counts' },
    },
    {
      name: `${create}: expired`,
      headers: ({ clerk }) => ({ authorization: clerk[create]({ expiresIn: -60 }).header }),
      path: '/any',
      verdict: 'out',
      difference: { theirs: 'in', listedAs: 'A machine token that Clerk answers with 200 counts' },
    },
  ]),
  {
    name: 'createOAuthToken: revoked',
    headers: ({ clerk }) => {
      const made = clerk.createOAuthToken();
      clerk.revokeMachineToken(made);
      return { authorization: made.header };
    },
    path: '/any',
    verdict: 'out',
    difference: { theirs: 'in', listedAs: 'A machine token that Clerk answers with 200 counts' },
  },
  {
    name: 'an M2M token as a JWT',
    headers: bearer(({ clerk }) => clerk.mintM2mToken()),
    path: '/any',
    verdict: 'in',
  },
  {
    name: 'an OAuth token as a JWT',
    headers: bearer(({ clerk }) => clerk.mintOAuthToken()),
    path: '/any',
    verdict: 'in',
  },
  {
    name: 'an expired M2M token as a JWT',
    headers: bearer(({ clerk }) => clerk.mintM2mToken({ expiresIn: -60 })),
    path: '/any',
    verdict: 'out',
  },
  {
    name: 'a forged OAuth token as a JWT',
    headers: bearer(({ clerk }) => clerk.mintOAuthToken({ key: 'foreign' })),
    path: '/any',
    verdict: 'out',
  },
  {
    name: 'an M2M token labeled as to be ignored',
    headers: bearer(({ clerk }) => clerk.mintM2mToken({ header: { cat: 'cl_I7d4PD111III' } })),
    path: '/any',
    verdict: 'out',
  },
];

export const CASES: readonly Case[] = [...HEADERS, ...COOKIES, ...MACHINES];
