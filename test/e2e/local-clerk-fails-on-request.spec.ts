import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf } from '../support/ask-backend.js';

describe('LocalClerk fails on request', () => {
  let clerk: LocalClerk;

  beforeEach(async () => {
    clerk = await LocalClerk.start();
  });

  afterEach(async () => {
    await clerk.stop();
  });

  describe('an outage', () => {
    it.each([true, 'unavailable'] as const)('%s is 503 in JSON', async (on) => {
      clerk.outage(on);
      const told = await askBackend(clerk, '/v1/jwks');
      expect([told.status, codeOf(told)]).toEqual([503, 'service_unavailable']);
      expect(told.headers.has('retry-after')).toBe(false);
    });

    it('rate-limit is 429, to be asked again after a second', async () => {
      clerk.outage('rate-limit');
      const told = await askBackend(clerk, '/v1/jwks');
      expect([told.status, codeOf(told)]).toEqual([429, 'too_many_requests']);
      expect(told.headers.get('retry-after')).toBe('1');
    });

    it.each([
      ['rate-limit', 30, '30'],
      ['unavailable', 7, '7'],
      ['unavailable', 'soon', 'soon'],
    ] as const)('%s with Retry-After: %s', async (on, retryAfter, header) => {
      clerk.outage(on, { retryAfter });
      const told = await askBackend(clerk, '/v1/jwks');
      expect(told.headers.get('retry-after')).toBe(header);
    });

    it('rubbish is 200 with a page of HTML', async () => {
      clerk.outage('rubbish');
      const response = await fetch(`${clerk.url}/v1/jwks`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
      expect(await response.text()).toContain('<!doctype html>');
    });

    it('refuse breaks the connection', async () => {
      clerk.outage('refuse');
      await expect(fetch(`${clerk.url}/v1/jwks`)).rejects.toThrow('fetch failed');
    });

    it('hang never answers, even when the outage is over', async () => {
      clerk.outage('hang');
      const hanging = fetch(`${clerk.url}/v1/jwks`);
      const settled = hanging.then(
        () => 'answered',
        () => 'broken off',
      );
      while (clerk.callCount === 0) await fetch(clerk.url);
      clerk.outage(false);
      expect((await askBackend(clerk, '/v1/jwks')).status).toBe(200);
      expect(await Promise.race([settled, Promise.resolve('waiting')])).toBe('waiting');
      await clerk.stop();
      expect(await settled).toBe('broken off');
    });

    it('is still written down, and over when it is called off', async () => {
      clerk.outage(true);
      await askBackend(clerk, '/v1/jwks');
      expect(clerk.calls).toMatchObject([{ path: '/v1/jwks', authorized: true }]);
      clerk.outage(false);
      expect((await askBackend(clerk, '/v1/jwks')).status).toBe(200);
    });

    it('does not keep anybody from signing in through LocalClerk itself', () => {
      clerk.outage(true);
      expect(clerk.signIn('ada').sessionToken).toEqual(expect.any(String));
    });
  });

  describe('words put into its mouth', () => {
    it('are said for that method and path, until they are withdrawn', async () => {
      clerk.answer('get', '/v1/jwks', { status: 202, body: { keys: [] } });
      const told = await askBackend(clerk, '/v1/jwks?a=1');
      expect([told.status, told.body]).toEqual([202, { keys: [] }]);
      expect(told.headers.get('content-type')).toBe('application/json');
      expect((await askBackend(clerk, '/v1/jwks', {})).status).toBe(404);

      clerk.answer('GET', '/v1/jwks', undefined);
      expect((await askBackend(clerk, '/v1/jwks')).status).toBe(200);
    });

    it('may be any text under any header', async () => {
      const headers = { 'Content-Type': 'text/plain', 'X-Odd': '1' };
      clerk.answer('GET', '/v1/jwks', { status: 500, body: 'oops', headers });
      const response = await fetch(`${clerk.url}/v1/jwks`);
      expect([response.status, await response.text()]).toEqual([500, 'oops']);
      expect(response.headers.get('content-type')).toBe('text/plain');
      expect(response.headers.get('x-odd')).toBe('1');
    });

    it('may be silence', async () => {
      clerk.answer('GET', '/v1/jwks', { status: 204 });
      const response = await fetch(`${clerk.url}/v1/jwks`);
      expect([response.status, await response.text()]).toEqual([204, '']);
    });

    it('that no HTTP server can say become 500, without a stack trace', async () => {
      clerk.answer('GET', '/v1/jwks', { status: 99 });
      const told = await askBackend(clerk, '/v1/jwks');
      expect([told.status, codeOf(told)]).toEqual([500, 'internal_clerk_error']);
      expect(JSON.stringify(told.body)).not.toContain('at ');
    });

    it('are drowned by an outage', async () => {
      clerk.answer('GET', '/v1/jwks', { status: 200, body: {} });
      clerk.outage(true);
      expect((await askBackend(clerk, '/v1/jwks')).status).toBe(503);
    });
  });

  it('is slow on request', async () => {
    clerk.latency(30);
    const before = performance.now();
    await askBackend(clerk, '/v1/jwks');
    // Timers may fire up to a millisecond early.
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
    clerk.latency(0);
    expect((await askBackend(clerk, '/v1/jwks')).status).toBe(200);
  });

  it('stops at once although an answer is delayed for an hour, and stops twice', async () => {
    clerk.latency(60 * 60 * 1000);
    const broken = expect(fetch(`${clerk.url}/v1/jwks`)).rejects.toThrow('fetch failed');
    while (clerk.callCount === 0) await fetch(clerk.url);
    await clerk.stop();
    await broken;
    await clerk.stop();
    await expect(fetch(clerk.url)).rejects.toThrow('fetch failed');
  });

  it('says so when the port is taken', async () => {
    const port = Number(new URL(clerk.url).port);
    await expect(LocalClerk.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
