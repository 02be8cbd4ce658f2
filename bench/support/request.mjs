/** @typedef {import('./fixture.mjs').MintedToken} MintedToken */

/** A browser's other headers, as Node lists them. */
const COMMON = [
  ['Host', 'api.example.test'],
  ['Connection', 'keep-alive'],
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36',
  ],
  ['Accept', 'application/json'],
  ['Accept-Language', 'en-GB,en;q=0.9'],
  ['Accept-Encoding', 'gzip, deflate'],
];

/** The credential header of a request, by the way the token travels. */
export const CREDENTIALS = {
  bearer: (minted) => ['Authorization', `Bearer ${minted.token}`],

  /** Both sets alike, the way Clerk's browser code writes them, with its other cookies. */
  cookies: (minted, suffix) => ['Cookie', cookieHeader(minted, minted, suffix)],

  /** The plain set lags a token behind the suffixed one: the suffix rules have to look into both. */
  'cookies that differ': (minted, suffix, older) => ['Cookie', cookieHeader(older, minted, suffix)],

  'plain cookies': ({ token, clientUat }) => [
    'Cookie',
    `__session=${token}; __client_uat=${clientUat}`,
  ],
};

function cookieHeader(plain, suffixed, suffix) {
  return [
    `__clerk_db_jwt=dvb_2nPqXkTzR4vLw8YbHc6dJfGs9Ma`,
    `__clerk_db_jwt_${suffix}=dvb_2nPqXkTzR4vLw8YbHc6dJfGs9Ma`,
    `__client_uat=${plain.clientUat}`,
    `__client_uat_${suffix}=${suffixed.clientUat}`,
    `__session=${plain.token}`,
    `__session_${suffix}=${suffixed.token}`,
    'theme=dark',
  ].join('; ');
}

/**
 * A request as an adapter hands it over. Its credential is a new text with no history, as it is when it comes from a
 * socket: a text used before would bring its hash along, and cost less to look up.
 * @param {readonly [string, string]} credential
 */
export function requestWith([name, value]) {
  const text = Buffer.from(value, 'latin1').latin1Slice();
  const headers = {};
  for (const [header, content] of COMMON) headers[header.toLowerCase()] = content;
  headers[name.toLowerCase()] = text;
  return {
    method: 'GET',
    url: '/me',
    originalUrl: '/me',
    headers,
    rawHeaders: [...COMMON.flat(), name, text],
  };
}

/** The same request as bytes for a connection. @param {readonly [string, string]} [credential] */
export function requestBytes(credential, path = '/me') {
  const headers = credential === undefined ? COMMON : [...COMMON, credential];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
}

/** What a browser writes for somebody who follows a link. */
const NAVIGATION = [
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['Sec-Fetch-Dest', 'document'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Site', 'same-origin'],
];

/** A click on a link, as bytes for a connection. @param {MintedToken} minted */
export function navigationBytes(minted, suffix, path = '/me') {
  const common = COMMON.filter(([name]) => name !== 'Accept');
  const headers = [...common, ...NAVIGATION, CREDENTIALS.cookies(minted, suffix)];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
}
