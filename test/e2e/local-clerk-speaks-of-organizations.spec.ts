import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { JWTPayload } from 'jose';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { SessionRef, SignInOptions } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf } from '../support/ask-backend.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const INVOICES = ['org:invoices:read', 'org:invoices:create'] as const;

describe('LocalClerk speaks of organizations', () => {
  let now = START;
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
  });

  beforeEach(() => {
    now = START;
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** A name that nobody had before: what users and organizations pay for outlives a sign-in. */
  let count = 0;
  const fresh = (word: string): string => `${word}-${String((count += 1))}`;

  const claimsOf = (session: SessionRef): JWTPayload => decodeJwt(clerk.freshToken(session));
  const claimsOfNewUser = (options: SignInOptions): JWTPayload =>
    decodeJwt(clerk.signIn(fresh('user'), options).sessionToken);

  describe('in the claims of version 2', () => {
    it('as the one that is active, with role, names and masks', () => {
      const slug = fresh('acme');
      const claims = claimsOfNewUser({
        organization: {
          slug,
          role: 'org:admin',
          permissions: [...INVOICES, 'org:reports:read'],
          features: ['reports', 'chat', 'invoices'],
          plans: ['gold'],
        },
      });
      const { id } = clerk.organization(slug);
      expect(claims).toMatchObject({
        v: 2,
        o: { id, slg: slug, rol: 'admin', per: 'read,create', fpm: '1,0,3' },
        fea: 'o:reports,o:chat,o:invoices',
        pla: 'o:gold',
      });
      expect(id).toMatch(/^org_[A-Za-z0-9]{27}$/);
      expect(claims).not.toHaveProperty('org_id');
    });

    it('not at all for a personal account', () => {
      const claims = claimsOfNewUser({});
      for (const claim of ['o', 'fea', 'pla']) expect(claims).not.toHaveProperty(claim);
    });

    it('without names and masks for a member who may do nothing', () => {
      const slug = fresh('acme');
      const { o } = claimsOfNewUser({ organization: slug });
      expect(o).toEqual({ id: clerk.organization(slug).id, slg: slug, rol: 'member' });
    });

    it('with its features and plans beside the user’s, scope by scope', () => {
      const claims = claimsOfNewUser({
        organization: { slug: fresh('acme'), features: ['invoices', 'reports'], plans: ['gold'] },
        features: ['themes', 'reports'],
        plans: ['gold', 'pro'],
      });
      expect(claims).toMatchObject({
        fea: 'o:invoices,ou:reports,u:themes',
        pla: 'ou:gold,u:pro',
      });
    });

    it('with the user’s features and plans alone, when none is active', () => {
      const claims = claimsOfNewUser({ features: ['themes'], plans: ['pro'] });
      expect(claims).toMatchObject({ fea: 'u:themes', pla: 'u:pro' });
    });

    it('with the features of the permissions, until features are given', () => {
      const slug = fresh('acme');
      const permissions = ['org:reports:read', ...INVOICES];
      const ada = clerk.signIn(fresh('ada'), { organization: { slug, permissions } });
      expect(claimsOf(ada)).toMatchObject({ fea: 'o:reports,o:invoices', o: { fpm: '1,3' } });
      clerk.joinOrganization(ada, { slug, features: ['invoices'] });
      expect(claimsOf(ada)).toMatchObject({
        fea: 'o:invoices',
        o: { per: 'read,create', fpm: '3' },
      });
    });

    it('without the permissions that stay at Clerk', () => {
      const permissions = ['org:sys_memberships:manage', 'org:invoices:read'];
      const claims = claimsOfNewUser({ organization: { slug: fresh('acme'), permissions } });
      expect(claims).toMatchObject({ fea: 'o:invoices', o: { per: 'read', fpm: '1' } });
    });
  });

  describe('in the claims of version 1', () => {
    it('spelt out, permissions that stay at Clerk aside', () => {
      const slug = fresh('acme');
      const permissions = [...INVOICES, 'org:sys_profile:delete'];
      const ada = clerk.signIn('ada', { organization: { slug, role: 'admin', permissions } });
      const claims = decodeJwt(clerk.mint({ session: ada, version: 1 }));
      expect(claims).toMatchObject({
        org_id: clerk.organization(slug).id,
        org_slug: slug,
        org_role: 'org:admin',
        org_permissions: INVOICES,
        fva: [0, -1],
      });
      for (const claim of ['v', 'o', 'fea', 'pla']) expect(claims).not.toHaveProperty(claim);
    });

    it('not at all for a personal account', () => {
      const claims = decodeJwt(clerk.mint({ session: clerk.signIn('ada'), version: 1 }));
      expect(claims).not.toHaveProperty('org_id');
    });
  });

  describe('whose active one changes', () => {
    it('with the next token, and back to the personal account', () => {
      const [one, other] = [fresh('one'), fresh('other')];
      const ada = clerk.signIn('ada', { organization: one });
      clerk.joinOrganization(ada, { slug: other, role: 'org:owner' });
      expect(claimsOf(ada)).toMatchObject({ o: { slg: one, rol: 'member' } });
      clerk.setOrganization(ada, other);
      expect(claimsOf(ada)).toMatchObject({ o: { slg: other, rol: 'owner' } });
      clerk.setOrganization(ada, clerk.organization(one).id);
      expect(claimsOf(ada)).toMatchObject({ o: { slg: one } });
      clerk.setOrganization(ada, null);
      expect(claimsOf(ada)).not.toHaveProperty('o');
    });

    it('in one session and no other', () => {
      const slug = fresh('acme');
      const [here, there] = [clerk.signIn('ada', { organization: slug }), clerk.signIn('ada')];
      expect(claimsOf(here)).toMatchObject({ o: { slg: slug } });
      expect(claimsOf(there)).not.toHaveProperty('o');
    });

    it('never to one of which the user is no member', () => {
      const slug = fresh('acme');
      clerk.joinOrganization('bob', slug);
      const ada = clerk.signIn(fresh('ada'));
      expect(() => {
        clerk.setOrganization(ada, slug);
      }).toThrow(/no member of organization org_/);
      expect(() => {
        clerk.setOrganization(ada, 'nowhere');
      }).toThrow('no member of organization nowhere');
      expect(clerk.session(ada).organizationId).toBeNull();
    });
  });

  describe('of which somebody becomes a member', () => {
    it('once: what is left out stays as it was', () => {
      const slug = fresh('acme');
      const first = clerk.joinOrganization('ada', {
        slug,
        role: 'admin',
        permissions: ['invoices:read'],
        plans: ['gold'],
      });
      const second = clerk.joinOrganization('ada', { slug, name: 'Acme Inc.' });
      expect(second).toEqual(first);
      expect(first).toMatchObject({
        id: expect.stringMatching(/^orgmem_[A-Za-z0-9]{27}$/),
        role: 'org:admin',
        permissions: ['org:invoices:read'],
      });
      expect(clerk.organization(slug).name).toBe('Acme Inc.');
      const claims = decodeJwt(clerk.signIn('ada', { organization: slug }).sessionToken);
      expect(claims).toMatchObject({ o: { rol: 'admin', per: 'read' }, pla: 'o:gold' });
    });

    it.each<[string, Omit<SignInOptions['organization'] & object, 'slug'>, string]>([
      ['a role of blanks', { role: 'org: admin' }, 'A role is called org:<name>'],
      ['a role of nothing', { role: '' }, 'A role is called org:<name>'],
      ['a permission without a name', { permissions: ['org:invoices'] }, 'org:<feature>:<name>'],
      ['a permission with a comma', { permissions: ['a:b,c'] }, 'org:<feature>:<name>'],
      ['a feature with a scope', { features: ['o:invoices'] }, 'is called by its slug'],
      ['a plan with a comma', { plans: ['gold,silver'] }, 'is called by its slug'],
    ])('but not with %s', (_, wishes, reason) => {
      expect(() => clerk.joinOrganization('ada', { slug: fresh('acme'), ...wishes })).toThrow(
        reason,
      );
    });
  });

  describe('and of how its members proved who they are', () => {
    it('in ages that grow with the clock', () => {
      const ada = clerk.signIn('ada', { factorAges: [5, 20] });
      expect(claimsOf(ada).fva).toEqual([5, 20]);
      now += 10 * MINUTE - 1;
      expect(claimsOf(ada).fva).toEqual([14, 29]);
      now += 1;
      expect(claimsOf(ada).fva).toEqual([15, 30]);
    });

    it('with -1 for a second factor that is not there, whatever the clock says', () => {
      const ada = clerk.signIn('ada');
      now += 3 * MINUTE;
      expect(claimsOf(ada).fva).toEqual([3, -1]);
    });

    it.each([
      [undefined, [60, 60], [0, 0]],
      ['multi_factor', [60, 60], [0, 0]],
      ['first_factor', [60, 60], [0, 60]],
      ['second_factor', [60, 60], [60, 0]],
      ['second_factor', [60, -1], [0, -1]],
      ['multi_factor', [60, -1], [0, -1]],
    ] as const)('anew after reverify(ada, %j): %j becomes %j', (level, before, after) => {
      const ada = clerk.signIn('ada', { factorAges: before });
      clerk.reverify(ada, level);
      expect(claimsOf(ada).fva).toEqual(after);
    });
  });

  describe('and of who acts in a member’s name', () => {
    it('in the claims, in both versions', () => {
      const ada = clerk.signIn('ada', { actor: 'support' });
      const act = { sub: clerk.signIn('support').userId };
      expect(claimsOf(ada).act).toEqual(act);
      expect(decodeJwt(clerk.mint({ session: ada, version: 1 })).act).toEqual(act);
    });

    it('by name, by id or by what signIn gave', () => {
      const support = clerk.signIn('support');
      for (const actor of [support, support.userId, 'support']) {
        expect(claimsOf(clerk.signIn('ada', { actor })).act).toEqual({ sub: support.userId });
      }
    });

    it('and says nothing of the user in person', () => {
      expect(claimsOf(clerk.signIn('ada'))).not.toHaveProperty('act');
    });
  });

  describe('over the Backend API', () => {
    it('in the record of a session', async () => {
      const slug = fresh('acme');
      const ada = clerk.signIn('ada', { organization: slug, actor: 'support' });
      const path = `/v1/sessions/${ada.sessionId}`;
      expect((await askBackend(clerk, path)).body).toMatchObject({
        actor: { sub: clerk.signIn('support').userId },
        last_active_organization_id: clerk.organization(slug).id,
      });
      clerk.setOrganization(ada, null);
      expect((await askBackend(clerk, path)).body.last_active_organization_id).toBeNull();
    });

    it('by id and by slug', async () => {
      const slug = fresh('acme');
      clerk.joinOrganization('ada', slug);
      clerk.joinOrganization('bob', { slug, name: 'Acme' });
      const { id } = clerk.organization(slug);
      for (const idOrSlug of [id, slug]) {
        expect((await askBackend(clerk, `/v1/organizations/${idOrSlug}`)).body).toMatchObject({
          object: 'organization',
          id,
          slug,
          name: 'Acme',
          members_count: 2,
        });
      }
    });

    it('as memberships of a user, none for who has none', async () => {
      const name = fresh('ada');
      const { userId } = clerk.signIn(name);
      const path = `/v1/users/${userId}/organization_memberships`;
      expect((await askBackend(clerk, path)).body).toEqual({ data: [], total_count: 0 });
      const slug = fresh('acme');
      const joined = clerk.joinOrganization(userId, { slug, permissions: INVOICES });
      expect((await askBackend(clerk, path)).body).toMatchObject({
        data: [
          {
            object: 'organization_membership',
            id: joined.id,
            role: 'org:member',
            permissions: INVOICES,
            organization: { object: 'organization', slug },
            public_user_data: { user_id: userId, first_name: name },
          },
        ],
        total_count: 1,
      });
    });

    it.each(['/v1/organizations/org_0', '/v1/users/user_0/organization_memberships'])(
      'answers 404 at %s',
      async (path) => {
        const told = await askBackend(clerk, path);
        expect([told.status, codeOf(told)]).toEqual([404, 'resource_not_found']);
      },
    );
  });
});
