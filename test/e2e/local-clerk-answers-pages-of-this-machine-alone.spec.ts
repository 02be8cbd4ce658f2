import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { codeOf } from '../support/ask-backend.js';
import { askAsHost } from '../support/ask-as-host.js';
import { LocalBrowser } from '../support/local-browser.js';

const ELSEWHERE = ['https://evil.example', 'http://127.0.0.1.evil.example', 'null', ''];

describe('LocalClerk answers pages of this machine alone', () => {
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  it.each(ELSEWHERE)('a page of %j gets 403, and nothing happens', async (origin) => {
    const browser = await LocalBrowser.open(clerk);
    const ada = await browser.signIn('ada@example.com');
    const headers = { origin };
    const told = [
      await browser.ask('/environment', { headers }),
      await browser.ask('/dev_browser', { headers, fields: {} }),
      await browser.ask('/client', { headers }),
      await browser.ask('/me', { headers }),
      await browser.ask(`/client/sessions/${ada}/remove`, { headers, fields: {} }),
    ];
    for (const one of told) {
      expect([one.status, codeOf(one)]).toEqual([403, 'origin_refused']);
      expect(one.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(clerk.session(ada).status).toBe('active');
  });

  it.each(ELSEWHERE)('nor is %j told beforehand that it may ask', async (origin) => {
    const response = await fetch(`${clerk.url}/v1/client`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['/v1/environment', '/v1/client'])(
    'a page whose name was made to point here gets 403 (DNS rebinding): %s',
    async (path) => {
      expect(await askAsHost(`${clerk.url}${path}`, 'evil.example')).toBe(403);
    },
  );

  describe.each(['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:80'])(
    'a page of %s',
    (origin) => {
      it('may read every answer, refusals too, with its cookies', async () => {
        const browser = await LocalBrowser.open(clerk, origin);
        for (const path of ['/environment', '/client', '/client/nothing']) {
          const { headers } = await browser.ask(path);
          expect(headers.get('access-control-allow-origin')).toBe(origin);
          expect(headers.get('access-control-allow-credentials')).toBe('true');
          expect(headers.get('vary')).toBe('Origin');
        }
      });

      it('is told beforehand that it may ask', async () => {
        const response = await fetch(`${clerk.url}/v1/client/sign_ins`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'PATCH',
            'access-control-request-headers': 'content-type',
          },
        });
        expect(response.status).toBe(204);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
          'access-control-allow-headers': 'content-type',
        });
      });
    },
  );

  it('a program such as curl gets its answer without any word about pages', async () => {
    const response = await fetch(`${clerk.url}/v1/environment`);
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
