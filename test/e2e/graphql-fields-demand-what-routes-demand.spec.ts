import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk, MintSpec, SignedIn } from 'nestjs-clerk-auth/testing';
import { memberOfAcme } from '../support/caller-claims.js';
import { countSignatureChecks, signatureChecks } from '../support/counted-crypto.js';
import type { GraphqlAnswer, Headers } from '../support/graphql-app.js';

countSignatureChecks();
const testing = await import('nestjs-clerk-auth/testing');
const { resolved } = await import('../support/graphql-resolvers.js');
const { askBatch, askGraphql, DRIVERS, startGraphql } = await import('../support/graphql-app.js');

const ADMIN = memberOfAcme('admin');
const MEMBER = memberOfAcme('member');

/** GraphQL answers a refusal in `extensions`, whatever the HTTP status says. */
function expectRefused(answer: GraphqlAnswer, reason: string, status: number, code: string): void {
  expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
    expect.objectContaining({ code, reason, status }),
  ]);
}

function expectUnauthenticated(answer: GraphqlAnswer, reason: string): void {
  expectRefused(answer, reason, 401, 'UNAUTHENTICATED');
}

function expectForbidden(answer: GraphqlAnswer, reason: string): void {
  expectRefused(answer, reason, 403, 'FORBIDDEN');
}

describe.each(DRIVERS)('$name', (driver) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await testing.LocalClerk.start();
    app = await startGraphql(driver, { clerk });
  });

  beforeEach(() => {
    ada = clerk.signIn('ada');
    resolved.length = 0;
    signatureChecks.count = 0;
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const as = (spec: MintSpec = {}): Headers => ({
    authorization: `Bearer ${clerk.mint({ session: ada, ...spec })}`,
  });

  it('refuses a stranger, and the resolver does not run', async () => {
    const answer = await askGraphql(app, '{ me }');
    expectUnauthenticated(answer, 'session_required');
    expect(answer.status).toBe(200);
    expect(answer.data).toBeNull();
    expect(resolved).toEqual([]);
  });

  it('refuses a token that ran out', async () => {
    expectUnauthenticated(await askGraphql(app, '{ me }', as({ expiresIn: -60 })), 'token_expired');
    expect(resolved).toEqual([]);
  });

  it('refuses a header that is none', async () => {
    const answer = await askGraphql(app, '{ me }', { authorization: 'Bearer' });
    expectUnauthenticated(answer, 'authorization_malformed');
    expect(resolved).toEqual([]);
  });

  it('gives the session of a good token to the resolver', async () => {
    const answer = await askGraphql(app, '{ me meByContext maybe }', as());
    const { userId } = ada;
    expect(answer).toEqual({
      status: 200,
      data: { me: userId, meByContext: userId, maybe: userId },
    });
  });

  it('gives the session of a cookie to the resolver', async () => {
    const answer = await askGraphql(app, '{ me }', { cookie: ada.cookie });
    expect(answer.data).toEqual({ me: ada.userId });
  });

  it('refuses the cookie that another site sent', async () => {
    const headers = { cookie: ada.cookie, 'sec-fetch-site': 'cross-site', origin: 'https://e.vil' };
    const answer = await askGraphql(app, '{ me }', headers);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ reason: 'cross_site_request' });
    expect(resolved).toEqual([]);
  });

  it('lets nobody in as nobody where a session is optional', async () => {
    expect((await askGraphql(app, '{ maybe }')).data).toEqual({ maybe: null });
  });

  it('asks for a demand of a field, and leaves the fields beside it alone', async () => {
    const query = '{ account { id salary seenBy } }';
    const refused = await askGraphql(app, query, as(MEMBER));
    expectForbidden(refused, 'missing_role');
    expect(refused.errors?.[0]?.path).toEqual(['account', 'salary']);
    expect(refused.data).toEqual({ account: { id: 'acc_1', salary: null, seenBy: ada.userId } });
    expect(resolved).not.toContain('salary');
    const stranger = await askGraphql(app, query);
    expectUnauthenticated(stranger, 'session_required');
    expect(resolved).not.toContain('salary');
    const admin = await askGraphql(app, query, as(ADMIN));
    expect(admin.data).toEqual({ account: { id: 'acc_1', salary: 1000, seenBy: ada.userId } });
  });

  it('checks one signature for each request, whatever the fields and aliases', async () => {
    const aliases = Array.from({ length: 20 }, (_, at) => `a${at}: me`).join(' ');
    const query = `{ ${aliases} accounts { salary seenBy } }`;
    const answer = await askGraphql(app, query, as(ADMIN));
    expect(answer.errors).toBeUndefined();
    expect(resolved).toHaveLength(60);
    expect(signatureChecks.count).toBe(1);
  });

  it('checks one signature for each request of several operations', async () => {
    const answers = await askBatch(app, ['{ me }', '{ maybe }', '{ account { seenBy } }'], as());
    expect(answers.map(({ data }) => data)).toEqual([
      { me: ada.userId },
      { maybe: ada.userId },
      { account: { seenBy: ada.userId } },
    ]);
    expect(signatureChecks.count).toBe(1);
  });

  it('checks a bad signature once for each request as well', async () => {
    const headers = as({ key: 'foreign' });
    const answers = await askBatch(app, ['{ a: me }', '{ b: me }'], headers);
    for (const answer of answers) expectUnauthenticated(answer, 'token_signature_invalid');
    expect(resolved).toEqual([]);
    expect(signatureChecks.count).toBe(1);
  });

  it('holds the organization against the argument of the field', async () => {
    const close = (orgId: string): string => `mutation { close(orgId: "${orgId}") }`;
    expect((await askGraphql(app, close('org_acme'), as(MEMBER))).data).toEqual({
      close: 'org_acme',
    });
    resolved.length = 0;
    for (const other of ['org_other', '', 'ORG_ACME', 'acme']) {
      expectForbidden(await askGraphql(app, close(other), as(MEMBER)), 'wrong_organization');
    }
    expectForbidden(
      await askGraphql(app, 'mutation { closeByNumber(orgNumber: 5) }', as(MEMBER)),
      'wrong_organization',
    );
    expect(resolved).toEqual([]);
  });

  it('holds it against each alias by itself', async () => {
    const query = 'mutation { a: close(orgId: "org_acme") b: close(orgId: "org_other") }';
    expectForbidden(await askGraphql(app, query, as(MEMBER)), 'wrong_organization');
    expect(resolved).toEqual(['close']);
  });

  it('holds the organization against a header of the request', async () => {
    const query = 'mutation { closeByHeader }';
    const headers = as(MEMBER);
    const answer = await askGraphql(app, query, { ...headers, 'x-org': 'org_acme' });
    expect(answer.data).toEqual({ closeByHeader: 'closed' });
    resolved.length = 0;
    for (const more of [{}, { 'x-org': 'org_other' }]) {
      const refused = await askGraphql(app, query, { ...headers, ...more });
      expectForbidden(refused, 'wrong_organization');
    }
    expect(resolved).toEqual([]);
  });

  it("asks for a step-up in the words of Clerk's front-end hooks", async () => {
    const stale = as({ claims: { fva: [20, -1] } });
    const refused = await askGraphql(app, 'mutation { erase }', stale);
    expectForbidden(refused, 'reverification_required');
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      clerk_error: {
        type: 'forbidden',
        reason: 'reverification-error',
        metadata: { reverification: 'strict' },
      },
    });
    expect(resolved).toEqual([]);
    const fresh = as({ claims: { fva: [0, -1] } });
    expect((await askGraphql(app, 'mutation { erase }', fresh)).data).toEqual({ erase: true });
  });

  describe('while Clerk cannot be asked', () => {
    afterEach(() => {
      clerk.outage(false);
    });

    it('says that nobody knows, and the resolver does not run', async () => {
      expect((await askGraphql(app, '{ surely }', as())).data).toEqual({ surely: ada.userId });
      resolved.length = 0;
      clerk.outage('unavailable');
      const { errors } = await askGraphql(app, '{ surely }', as());
      expect(errors?.[0]?.extensions).toMatchObject({
        reason: 'authority_unavailable',
        status: 503,
        code: driver.name.startsWith('Apollo') ? 'INTERNAL_SERVER_ERROR' : 'SERVICE_UNAVAILABLE',
      });
      expect(resolved).toEqual([]);
    });
  });

  it('never names a token in what it answers', async () => {
    const headers = as({ key: 'foreign' });
    const token = headers.authorization?.slice('Bearer '.length) ?? '';
    expect(token).not.toBe('');
    expect(JSON.stringify(await askGraphql(app, '{ me }', headers))).not.toContain(token);
  });

  describe('with a context that every request shares', () => {
    const shared: Record<string, unknown> = {};
    let careless: INestApplication;

    beforeAll(async () => {
      careless = await startGraphql(driver, { clerk, graphql: { context: () => shared } });
    });

    afterAll(async () => {
      await careless.close();
    });

    it('takes nobody for somebody else', async () => {
      const bob = clerk.signIn('bob');
      const first = await askGraphql(careless, '{ me }', as());
      expect(first.data).toEqual({ me: ada.userId });
      resolved.length = 0;
      const second = await askGraphql(careless, '{ me }', { authorization: bob.header });
      const stranger = await askGraphql(careless, '{ me }');
      if (driver.name.startsWith('Apollo')) {
        // Its driver copies what the function returns.
        expect(second.data).toEqual({ me: bob.userId });
        expectUnauthenticated(stranger, 'session_required');
        return;
      }
      for (const { data, errors } of [second, stranger]) {
        expect(data).toBeNull();
        expect(errors?.[0]?.message).toMatch(/cannot be read from this execution context/);
        expect(errors?.[0]?.message).not.toMatch(/AccountResolver/);
      }
      expect(resolved).toEqual([]);
    });
  });
});
