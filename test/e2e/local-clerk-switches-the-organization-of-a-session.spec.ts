import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf } from '../support/ask-backend.js';
import { claimsOf, LocalBrowser, type Loose } from '../support/local-browser.js';

describe('LocalClerk switches the organization of a session', () => {
  let clerk: LocalClerk;
  let browser: LocalBrowser;
  let ada: string;
  let acme: string;
  let beta: string;
  let foreign: string;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    const role = 'org:admin';
    const permissions = ['org:invoices:read'];
    acme = clerk.joinOrganization('ada', { slug: 'acme', role, permissions }).organizationId;
    beta = clerk.joinOrganization('ada', { slug: 'beta', name: 'Beta Ltd' }).organizationId;
    foreign = clerk.joinOrganization('bob', 'gamma').organizationId;
  });

  beforeEach(async () => {
    browser = await LocalBrowser.open(clerk);
    ada = await browser.signIn('ada@example.com');
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const touch = async (fields: Record<string, string>) =>
    browser.ask(`/client/sessions/${ada}/touch`, { fields });
  const organizationIn = async (fields?: Record<string, string>): Promise<unknown> =>
    claimsOf(await browser.token(ada, fields)).o;

  it('which is none at first', async () => {
    const { sessions } = await browser.client();
    expect(sessions).toMatchObject([{ last_active_organization_id: null }]);
    expect(await organizationIn()).toBeUndefined();
  });

  it('when the browser touches the session: tokens and Backend API follow', async () => {
    const told = await touch({ active_organization_id: acme, intent: 'select_org' });
    expect(told.body.response).toMatchObject({ id: ada, last_active_organization_id: acme });
    const { last_active_token: token } = told.body.response as { last_active_token: Loose };
    const inAcme = { id: acme, slg: 'acme', rol: 'admin', per: 'read', fpm: '1' };
    expect(claimsOf({ body: token }).o).toEqual(inAcme);
    expect(await organizationIn()).toEqual(inAcme);
    const { body } = await askBackend(clerk, `/v1/sessions/${ada}`);
    expect(body.last_active_organization_id).toBe(acme);
  });

  it('and back to the personal account by an empty word; without a word nothing changes', async () => {
    await touch({ active_organization_id: beta });
    await touch({});
    expect(await organizationIn()).toMatchObject({ id: beta, rol: 'member' });
    await touch({ active_organization_id: '' });
    expect(await organizationIn()).toBeUndefined();
  });

  it('when a test does: the browser learns it', async () => {
    clerk.setOrganization(ada, 'beta');
    const { sessions } = await browser.client();
    expect(sessions).toMatchObject([{ last_active_organization_id: beta }]);
  });

  it('but not for one token alone, which may be of any organization of the user', async () => {
    await touch({ active_organization_id: acme });
    expect(await organizationIn({ organization_id: beta })).toMatchObject({ id: beta });
    expect(await organizationIn({ organization_id: '' })).toBeUndefined();
    expect(await organizationIn({ organization_id: acme })).toMatchObject({ id: acme });
    expect(clerk.session(ada).organizationId).toBe(acme);
  });

  describe('never to one of which the user is no member', () => {
    it.each(['org_0', 'acme', 'foreign'])('%s', async (name) => {
      const wish = name === 'foreign' ? foreign : name;
      const told = [
        await touch({ active_organization_id: wish }),
        await browser.token(ada, { organization_id: wish }),
      ];
      for (const one of told) {
        expect([one.status, codeOf(one)]).toEqual([404, 'organization_not_found_or_unauthorized']);
      }
      expect(clerk.session(ada).organizationId).toBeNull();
    });
  });

  describe('and tells of which organizations the user is a member', () => {
    const INACME = {
      object: 'organization_membership',
      role: 'org:admin',
      role_name: 'admin',
      permissions: ['org:invoices:read'],
      organization: { name: 'acme', slug: 'acme', members_count: 1 },
    };
    const INBETA = { role: 'org:member', organization: { name: 'Beta Ltd', slug: 'beta' } };

    it('with the user', async () => {
      expect(await browser.tell('/me')).toMatchObject({
        organization_memberships: [INACME, INBETA],
      });
    });

    it('as a list, by the page', async () => {
      const list = async (query: Record<string, string>): Promise<unknown> =>
        browser.tell('/me/organization_memberships', { query });
      expect(await list({})).toMatchObject({ data: [INACME, INBETA], total_count: 2 });
      expect(await list({ limit: '1' })).toMatchObject({ data: [INACME], total_count: 2 });
      expect(await list({ limit: '1', offset: '1', paginated: 'true' })).toMatchObject({
        data: [INBETA],
        total_count: 2,
      });
      expect(await list({ offset: '2' })).toEqual({ data: [], total_count: 2 });
    });

    it.each(['invitations', 'suggestions'])('and that there are no %s', async (kind) => {
      expect(await browser.tell(`/me/organization_${kind}`)).toEqual({ data: [], total_count: 0 });
    });
  });
});
