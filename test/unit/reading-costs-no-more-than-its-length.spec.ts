import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { readBearer } from '../../src/credentials/bearer.js';
import { readCookieValues } from '../../src/credentials/cookie-values.js';
import { readHttpRequest } from '../../src/transport/http-request.js';
import { LONGEST_QUERY, QueryParameter } from '../../src/transport/query-parameter.js';
import { valueIn } from '../../src/transport/value-in.js';
import { countReading } from '../support/counted-reading.js';

const NAMES = ['__session', '__client_uat', '__session_QvfNY2dr', '__client_uat_QvfNY2dr'];
/** Characters. Half of what Node takes as all headers of a request, so that the double still arrives. */
const HALF = 8000;
/** How often a character may be looked at: a handful of names, and a search for each of a handful of marks. */
const LOOKS = 20;

function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** Twice as long may cost twice as much; a look past the part at hand makes it four times. */
function expectLinear(read: (length: number) => unknown): void {
  const [once, twice] = [HALF, 2 * HALF].map((length) => countReading(() => read(length)));
  expect(twice!.characters).toBeLessThanOrEqual(2.1 * once!.characters + 200);
  expect(twice!.characters).toBeLessThanOrEqual(LOOKS * 2 * HALF);
  expect(twice!.characters).toBeGreaterThan(0);
  // No more than one decoding for each thing that is looked for.
  expect(twice!.decoded).toBeLessThanOrEqual(NAMES.length);
}

/** Units of which a stranger builds a header of 15 kB. */
const COOKIES = [
  '_;',
  '__;',
  '__session;',
  '__session ;',
  '__session=;',
  '__session=%;',
  '__session=%zz; ',
  '__client_uat=%E0%A4%A;',
  ';',
  '=;',
  '=',
  ' ',
  '\t',
  '; ',
  '_',
  '__session',
  '__session=',
  '__session =',
  '%',
  '\u00a0',
];

const QUERIES = [
  '%',
  '%2',
  '%zz&',
  '&',
  '&&&=',
  '?',
  '#',
  ';',
  '[',
  ']',
  '%5B',
  '[_clerk_session_id',
  '_clerk_session_id',
  '_clerk_session_id&',
  '_clerk_session_id=%&',
  '_clerk_session_id=%E0%A4%A&',
  '%5Fclerk_session_i&',
  '%5f%63%6c%65%72%6b_session_id=%&',
  'org=%&',
  '%6frg=%zz&',
  'a=1&',
];

describe('reading', () => {
  it.each(COOKIES)('cookies made of %j costs what their length costs', (unit) => {
    expectLinear((length) => readCookieValues(filled(unit, length), NAMES));
    expectLinear((length) => readCookieValues(`__session=${filled(unit, length)}`, NAMES));
  });

  it.each(QUERIES)('a query made of %j costs what its length costs', (unit) => {
    for (const begin of ['/me?', '/me#', '/me;', '/me?_clerk_session_id=', '/me?a=']) {
      const urlOf = (length: number): string => `${begin}${filled(unit, length)}`;
      expectLinear((length) => readHttpRequest({ headers: {}, url: urlOf(length) }));
    }
  });

  it.each(QUERIES)('the organization of a query made of %j costs what it costs', (unit) => {
    expectLinear((length) => {
      const request = { headers: {}, query: { org: 'org_1' }, url: `/me?${filled(unit, length)}` };
      return valueIn(contextOf(request), 'query', 'org');
    });
  });

  it.each(['Bearer ', 'Bearer', ' ', 'bearer\t', '=', '.', 'a'])(
    'an Authorization header made of %j costs what its length costs',
    (unit) => {
      expectLinear((length) => readBearer([`${unit}${filled(unit, length)}`]));
    },
  );

  it('the raw headers of a request costs a look at each name', () => {
    expectLinear((length) => {
      const rawHeaders = Array.from({ length: length / 4 }, () => 'x-authorizati');
      const headers = { authorization: 'Bearer a', cookie: 'a=1' };
      const request = readHttpRequest({ headers, rawHeaders, url: '/' });
      return [request.authorization, request.sender?.header('x-org')];
    });
  });
});

describe('a query that is longer than is read', () => {
  const long = 'a'.repeat(LONGEST_QUERY);
  const parameter = new QueryParameter('org');

  it('names something twice over, if it could name it at all', () => {
    expect(parameter.valuesIn(`/?org=org_1&${long.slice('org=org_1&'.length)}`)).toEqual(['org_1']);
    expect(parameter.valuesIn(`/?${long}&org=org_1`)).toEqual(['']);
    expect(parameter.valuesIn(`/?${long}&%6frg=org_1`)).toEqual(['']);
    expect(parameter.valuesIn(`/?org=org_1&${long}`)).toEqual(['']);
  });

  it('names nothing, if neither the name nor a percent sequence is there', () => {
    expect(parameter.valuesIn(`/?${long}${long}`)).toEqual([]);
  });

  it('never falls back to another session, nor to another organization', () => {
    const url = `/?${long}&_clerk_session_id=sess_1`;
    expect(readHttpRequest({ headers: {}, url }).askedSessionIds).toEqual(['']);
    const request = { headers: {}, query: { org: 'org_1' }, url: `/?${long}&org=org_1` };
    expect(valueIn(contextOf(request), 'query', 'org')).toBeUndefined();
    const short = { ...request, url: '/?org=org_1' };
    expect(valueIn(contextOf(short), 'query', 'org')).toBe('org_1');
  });
});

function contextOf(request: object): ExecutionContext {
  const http = { getRequest: () => request };
  return { switchToHttp: () => http } as unknown as ExecutionContext;
}
