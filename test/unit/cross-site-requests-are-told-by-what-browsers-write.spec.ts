import { describe, expect, it } from '@jest/globals';
import { isCrossSite } from '../../src/credentials/cross-site.js';

const TRUSTED = ['https://app.example.com', 'chrome-extension://abcdef'];
const HOST = 'api.example.com';

type Headers = Readonly<Record<string, string>>;

function judge(headers: Headers, method: string | undefined = 'POST'): boolean {
  const all: Headers = { host: HOST, ...headers };
  return isCrossSite({ method, opensConnection: false, header: (name) => all[name] }, TRUSTED);
}

const EVIL = { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-site' };

describe('a request', () => {
  it.each<[string, Headers]>([
    ['of the same origin', { origin: `https://${HOST}`, 'sec-fetch-site': 'same-origin' }],
    ['that the user began', { 'sec-fetch-site': 'none' }],
    ['of the same origin, which is not told', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    [
      'of the same origin, whatever Host says',
      { host: 'inside:80', 'sec-fetch-site': 'same-origin' },
    ],
    ['of a trusted sibling', { origin: TRUSTED[0]!, 'sec-fetch-site': 'same-site' }],
    ['of a trusted stranger', { origin: TRUSTED[0]!, 'sec-fetch-site': 'cross-site' }],
    [
      'of a trusted page, with a word of later days',
      { origin: TRUSTED[0]!, 'sec-fetch-site': 'x' },
    ],
    ['of a trusted page alone', { origin: TRUSTED[0]! }],
    ['of a trusted extension', { origin: TRUSTED[1]!, 'sec-fetch-site': 'cross-site' }],
    ['of no browser', {}],
    ['of its own host', { origin: `https://${HOST}` }],
    ['of its own host, over HTTP', { origin: `http://${HOST}` }],
    ['of its own host, in capitals', { origin: `https://${HOST}`, host: HOST.toUpperCase() }],
    ['of its own host and port', { origin: 'http://localhost:3000', host: 'localhost:3000' }],
    ['of the usual port, written in Host', { origin: `https://${HOST}`, host: `${HOST}:443` }],
    ['of the usual port, written in Origin', { origin: `http://${HOST}:80`, host: HOST }],
    ['of its own address', { origin: 'http://[::1]:3000', host: '[::1]:3000' }],
    [
      'of its own address, in full',
      { origin: 'http://[::1]:3000', host: '[0:0:0:0:0:0:0:1]:3000' },
    ],
    ['of its own authority', { origin: 'https://two.test', host: '', ':authority': 'two.test' }],
  ])('%s passes', (_, headers) => {
    expect(judge(headers)).toBe(false);
  });

  it.each<[string, Headers]>([
    ['of a sibling', EVIL],
    ['of a stranger', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }],
    ['of another site, without Origin', { 'sec-fetch-site': 'cross-site' }],
    ['of a sibling, without Origin', { 'sec-fetch-site': 'same-site' }],
    [
      'of its own host that a browser calls another',
      { origin: `https://${HOST}`, 'sec-fetch-site': 'cross-site' },
    ],
    ['with a word of later days', { 'sec-fetch-site': 'same-party' }],
    ['with an empty word', { 'sec-fetch-site': '' }],
    ['with a word in capitals', { 'sec-fetch-site': 'Same-Origin' }],
    ['with the word twice', { 'sec-fetch-site': 'same-origin, same-origin' }],
    ['with two words', { 'sec-fetch-site': 'none, cross-site' }],
    ['of another origin alone', { origin: 'https://evil.test' }],
    ['of no origin that could be told', { origin: 'null' }],
    ['of an empty origin', { origin: '' }],
    ['of two origins', { origin: `https://${HOST}, https://evil.test` }],
    ['of two trusted origins', { origin: `${TRUSTED[0]!}, ${TRUSTED[0]!}` }],
    ['of a trusted origin in capitals', { origin: 'HTTPS://APP.EXAMPLE.COM' }],
    ['of what begins like a trusted one', { origin: `${TRUSTED[0]!}.evil.test` }],
    ['of a trusted host over HTTP', { origin: 'http://app.example.com' }],
    ['of another port', { origin: 'http://localhost:3000', host: 'localhost:4000' }],
    ['of the other scheme’s port', { origin: `http://${HOST}`, host: `${HOST}:443` }],
    ['of what begins like Host', { origin: `https://${HOST}.evil.test` }],
    ['of Host in its user', { origin: `https://${HOST}@evil.test` }],
    ['of Host in its path', { origin: `https://evil.test/${HOST}` }],
    ['of a path below Host', { origin: `https://${HOST}/` }],
    ['of Host in a list', { origin: `https://${HOST}`, host: `${HOST}, evil.test` }],
    ['of another scheme', { origin: `ftp://${HOST}` }],
    ['of no URL', { origin: 'https://[::1', host: '[::1' }],
    ['of an empty Host', { origin: 'https://', host: '' }],
    [
      'of a host that only a proxy names',
      { origin: 'https://evil.test', 'x-forwarded-host': 'evil.test' },
    ],
    ['of Host in a long text', { origin: `https://${'a'.repeat(400)}`, host: 'a'.repeat(400) }],
  ])('%s is cross-site', (_, headers) => {
    expect(judge(headers)).toBe(true);
  });

  it('is not judged without a Host', () => {
    const header = (name: string): string | undefined =>
      name === 'origin' ? 'https://evil.test' : undefined;
    expect(isCrossSite({ method: 'POST', opensConnection: false, header }, [])).toBe(true);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('that is a %s passes', (method) => {
    expect(judge(EVIL, method)).toBe(false);
    expect(judge({ ...EVIL, upgrade: 'h2c' }, method)).toBe(false);
  });

  it.each([
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'QUERY',
    'TRACE',
    'PROPFIND',
    'get',
    'GET ',
    '',
    undefined,
  ])('that is a %p does not', (method) => {
    const header = (name: string): string | undefined => ({ host: HOST, ...EVIL })[name];
    expect(isCrossSite({ method, opensConnection: false, header }, TRUSTED)).toBe(true);
  });

  it.each(['websocket', 'WebSocket'])(
    'that opens a %s does not, although it is a GET',
    (upgrade) => {
      expect(judge({ ...EVIL, upgrade }, 'GET')).toBe(true);
      expect(judge({ origin: TRUSTED[0]!, 'sec-fetch-site': 'cross-site', upgrade }, 'GET')).toBe(
        false,
      );
    },
  );
});
