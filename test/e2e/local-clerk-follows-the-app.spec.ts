import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { claimsOf, LocalBrowser } from '../support/local-browser.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

const ORIGIN = 'https://app.example.com';

const claimsIn = (jwt: string) => claimsOf({ body: { jwt } });

describe.each(ADAPTERS)('an application with authorizedParties, on %s', (adapter) => {
  let clerk: LocalClerk;
  let elsewhere: LocalClerk;
  let app: INestApplication<App>;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ origin: ORIGIN });
    elsewhere = await LocalClerk.start();
    app = await startProbe(adapter, clerk, {
      authorizedParties: ['https://admin.example.com', ORIGIN],
      jwtKey: [clerk.jwtKey, elsewhere.jwtKey],
      // Both Clerks are this one's instance here, so that nothing but `azp` tells their tokens apart.
      issuer: clerk.issuer,
    });
  });

  beforeEach(() => {
    handled.length = 0;
  });

  afterAll(async () => {
    await app.close();
    await Promise.all([clerk.stop(), elsewhere.stop()]);
  });

  it('lets in whom a LocalClerk of that origin signed in, by header and by cookie', async () => {
    const ada = clerk.signIn('ada');
    const tokens = [{ authorization: ada.header }, { cookie: ada.cookie }];
    for (const headers of tokens) {
      const response = await request(app.getHttpServer()).get('/me').set(headers);
      expect([response.status, response.body]).toEqual([200, { user: ada.userId }]);
    }
    expect(handled).toEqual(['me', 'me']);
  });

  it('lets a fresh token in', async () => {
    const ada = clerk.signIn('ada');
    const header = `Bearer ${clerk.freshToken(ada)}`;
    await request(app.getHttpServer()).get('/me').set('Authorization', header).expect(200);
    expect(handled).toEqual(['me']);
  });

  it('refuses a token of another origin', async () => {
    const header = `Bearer ${elsewhere.mint({ claims: { iss: clerk.issuer } })}`;
    const response = await request(app.getHttpServer()).get('/me').set('Authorization', header);
    expect(response.status).toBe(401);
    expect(response.body).toMatchObject({ code: 'token_authorized_party_mismatch' });
    expect(handled).toEqual([]);
  });
});

describe('the origin of LocalClerk', () => {
  it('is in every token that it issues', async () => {
    await using clerk = await LocalClerk.start({ origin: ORIGIN });
    const ada = clerk.signIn('ada');
    const tokens = [
      ada.sessionToken,
      clerk.freshToken(ada),
      clerk.mint({ session: ada }),
      clerk.mint({ session: ada, version: 1 }),
      clerk.mint(),
    ];
    expect(tokens.map((token) => claimsIn(token).azp)).toEqual(tokens.map(() => ORIGIN));
  });

  it('gives way to a browser that says where it is, and to the wish of a test', async () => {
    await using clerk = await LocalClerk.start({ origin: ORIGIN });
    const browser = await LocalBrowser.open(clerk, 'http://localhost:4321');
    const session = await browser.signIn('ada@example.com');
    expect(claimsOf(await browser.token(session)).azp).toBe('http://localhost:4321');
    const wished = clerk.mint({ session, claims: { azp: 'https://evil.example' } });
    expect(claimsIn(wished).azp).toBe('https://evil.example');
  });

  it.each(['http://localhost:8080', 'https://app.example.com:8443', 'chrome-extension://abcdef'])(
    'may be %s',
    async (origin) => {
      await using clerk = await LocalClerk.start({ origin });
      expect(claimsIn(clerk.signIn('ada').sessionToken).azp).toBe(origin);
    },
  );

  it.each([
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/x',
    '',
    5,
    null,
  ])('is refused when it is %j, which no token would ever name', async (origin) => {
    await expect(LocalClerk.start({ origin: origin as string })).rejects.toThrow(
      '`origin` is no origin',
    );
  });
});

describe('the custom claims of a sign-in', () => {
  const metadata = { onboarded: true, teams: ['red'] };
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ origin: ORIGIN });
  });

  afterAll(async () => {
    await clerk.stop();
  });

  it('are in all tokens of that session, and of no other', async () => {
    const ada = clerk.signIn('ada', { claims: { metadata }, organization: 'acme' });
    const browser = await LocalBrowser.open(clerk);
    await browser.signIn('bob@example.com');
    const tokens = [
      ada.sessionToken,
      clerk.freshToken(ada),
      clerk.mint({ session: ada }),
      clerk.mint({ session: ada, version: 1 }),
    ];
    for (const token of tokens) {
      expect(claimsIn(token)).toMatchObject({ metadata, sid: ada.sessionId, sub: ada.userId });
    }
    clerk.setOrganization(ada, null);
    clerk.reverify(ada);
    expect(claimsIn(clerk.freshToken(ada))).toMatchObject({ metadata });
    expect(claimsIn(clerk.signIn('ada').sessionToken)).not.toHaveProperty('metadata');
  });

  it('are in the tokens that a browser fetches', async () => {
    const ada = clerk.signIn('ada', { claims: { metadata } });
    const response = await fetch(`${clerk.url}/_local/sessions/${ada.sessionId}/token`, {
      method: 'POST',
    });
    const { sessionToken } = (await response.json()) as { sessionToken: string };
    expect(claimsIn(sessionToken)).toMatchObject({ metadata, azp: ORIGIN });
  });

  it('may be given by curl', async () => {
    const signIn = async (claims: unknown) => {
      const body = JSON.stringify({ user: 'ada', claims });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${clerk.url}/_local/sign-in`, {
        method: 'POST',
        body,
        headers,
      });
      return { status: response.status, body: (await response.json()) as { sessionToken: string } };
    };
    expect(claimsIn((await signIn({ metadata })).body.sessionToken)).toMatchObject({ metadata });
    expect((await signIn(['metadata'])).status).toBe(400);
    expect((await signIn({ sub: 'user_other' })).status).toBe(400);
  });

  it('win over what Clerk says of the session, and take out what is undefined', () => {
    const claims = { azp: undefined, aud: 'api', fva: [7, -1] };
    const { sessionToken } = clerk.signIn('ada', { claims });
    expect(claimsIn(sessionToken)).toMatchObject({ aud: 'api', fva: [7, -1] });
    expect(claimsIn(sessionToken)).not.toHaveProperty('azp');
  });

  it('stay as they were when the test changes its object later', () => {
    const changing = { metadata: { onboarded: false } };
    const ada = clerk.signIn('ada', { claims: changing });
    changing.metadata.onboarded = true;
    expect(claimsIn(clerk.freshToken(ada))).toMatchObject({ metadata: { onboarded: false } });
  });

  it.each(['exp', 'iat', 'iss', 'jti', 'nbf', 'sid', 'sub'])(
    'cannot be %s, for which there is mint',
    (name) => {
      expect(() => clerk.signIn('ada', { claims: { [name]: 1 } })).toThrow(
        `\`claims\` cannot hold ${name}`,
      );
    },
  );
});
