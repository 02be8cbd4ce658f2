import { createClerkClient, verifyToken } from '@clerk/backend';
import { getAuthObjectFromJwt } from '@clerk/backend/internal';
import { verifyWebhook } from '@clerk/backend/webhooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Session, type SessionClaims } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { SendOptions, SignedIn } from 'nestjs-clerk-auth/testing';
import { WebhookEar } from '../support/webhook-ear.js';
import { Dice } from './support/dice.js';

const SEED = Number(process.env.CLAIMS_SEED ?? 20_261_004);
const SIGN_INS = 60;

const FEATURES = ['invoices', 'reports', 'chat', 'themes', 'a-b_c'] as const;
/** More than a mask of 53 bits has room for. */
const NAMES: readonly string[] = Array.from({ length: 70 }, (_, at) => `p${String(at)}`);
const PLANS = ['free', 'gold', 'pro'] as const;
const ROLES = ['org:admin', 'org:member', 'org:billing:manager'] as const;
const AGES = [-1, 0, 9, 10, 59, 60, 1439, 1440] as const;

/** What a member was given, and what a token may say of it. */
interface Lot {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly features: readonly string[];
  readonly plans: readonly string[];
  readonly ownFeatures: readonly string[];
  readonly ownPlans: readonly string[];
}

function drawLot(dice: Dice): Lot {
  const each = dice.pick([0.05, 0.5, 0.95]);
  const all = FEATURES.flatMap((feature) => NAMES.map((name) => `org:${feature}:${name}`));
  return {
    role: dice.pick(ROLES),
    permissions: all.filter(() => dice.chance(each)),
    features: FEATURES.filter(() => dice.chance(0.7)),
    plans: PLANS.filter(() => dice.chance(0.5)),
    ownFeatures: FEATURES.filter(() => dice.chance(0.3)),
    ownPlans: PLANS.filter(() => dice.chance(0.3)),
  };
}

describe('LocalClerk is understood by @clerk/backend', () => {
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const client = () =>
    createClerkClient({
      secretKey: clerk.secretKey,
      publishableKey: clerk.publishableKey,
      apiUrl: clerk.url,
      telemetry: { disabled: true },
    });

  const asked = (header: string): Request =>
    new Request('http://localhost:3000/', { headers: { authorization: header } });

  describe('about sessions', () => {
    it('whose tokens verifyToken accepts, with the key and by JWKS', async () => {
      const { sessionToken, sessionId, userId } = clerk.signIn('ada');
      const wanted = { sid: sessionId, sub: userId, iss: clerk.issuer };
      expect(await verifyToken(sessionToken, { jwtKey: clerk.jwtKey })).toMatchObject(wanted);
      const remote = { secretKey: clerk.secretKey, apiUrl: clerk.url };
      expect(await verifyToken(sessionToken, remote)).toMatchObject(wanted);
    });

    it('and refuses, once they are signed by a stranger', async () => {
      const token = clerk.mint({ key: 'foreign' });
      await expect(verifyToken(token, { jwtKey: clerk.jwtKey })).rejects.toMatchObject({
        reason: 'token-invalid-signature',
      });
    });

    it('with everything an organization, a plan and an impersonation say', async () => {
      const slug = 'acme';
      const { header, userId } = clerk.signIn('ada', {
        organization: {
          slug,
          role: 'admin',
          permissions: ['invoices:read', 'invoices:create', 'org:sys_profile:manage'],
          features: ['reports', 'invoices'],
          plans: ['gold'],
        },
        features: ['themes'],
        factorAges: [5, 30],
        actor: 'support',
      });
      const state = await client().authenticateRequest(asked(header), { jwtKey: clerk.jwtKey });
      const auth = state.toAuth();
      expect(auth).toMatchObject({
        userId,
        orgId: clerk.organization(slug).id,
        orgSlug: slug,
        orgRole: 'org:admin',
        orgPermissions: ['org:invoices:read', 'org:invoices:create'],
        factorVerificationAge: [5, 30],
        actor: { sub: clerk.signIn('support').userId },
      });
      expect(auth?.has({ role: 'org:admin' })).toBe(true);
      expect(auth?.has({ permission: 'org:invoices:create' })).toBe(true);
      expect(auth?.has({ permission: 'org:reports:read' })).toBe(false);
      expect(auth?.has({ feature: 'org:reports' })).toBe(true);
      expect(auth?.has({ plan: 'org:gold' })).toBe(true);
      expect(auth?.has({ plan: 'user:gold' })).toBe(false);
      expect(auth?.has({ feature: 'user:reports' })).toBe(false);
      expect(auth?.has({ reverification: 'lax' })).toBe(true);
      expect(auth?.has({ reverification: 'strict' })).toBe(false);
    });

    it('whose organizations and memberships it reads', async () => {
      const { userId } = clerk.signIn('carol', {
        organization: { slug: 'umbrella', role: 'admin' },
      });
      const { data, totalCount } = await client().users.getOrganizationMembershipList({ userId });
      expect(totalCount).toBe(1);
      expect(data[0]).toMatchObject({ role: 'org:admin', organization: { slug: 'umbrella' } });
      const organization = await client().organizations.getOrganization({ slug: 'umbrella' });
      expect(organization).toMatchObject({ slug: 'umbrella', membersCount: 1 });
    });
  });

  describe('about users and their sessions', () => {
    it('which it lists, newest first, page by page', async () => {
      const sessions = Array.from({ length: 3 }, () => clerk.signIn('lena'));
      const [first, second, third] = sessions.map(({ sessionId }) => sessionId);
      const { userId } = clerk.signIn('lena');
      clerk.revoke(second ?? '');
      const wish = { userId, status: 'active', limit: 2, offset: 1 } as const;
      const { data, totalCount } = await client().sessions.getSessionList(wish);
      expect(totalCount).toBe(3);
      expect(data.map(({ id, status }) => [id, status])).toEqual([
        [third, 'active'],
        [first, 'active'],
      ]);
      await expect(client().sessions.getSessionList({ userId, limit: 501 })).rejects.toMatchObject({
        status: 422,
        errors: [{ code: 'form_param_value_invalid' }],
      });
    });

    it('whom it reads, changes, bans and deletes', async () => {
      const { users } = client();
      const mona = clerk.signIn('mona');
      expect(await users.getUser(mona.userId)).toMatchObject({
        firstName: 'mona',
        primaryEmailAddress: { emailAddress: 'mona@example.com' },
        lastSignInAt: expect.any(Number),
      });
      const change = { lastName: 'Lisa', publicMetadata: { smiles: true } };
      expect(await users.updateUser(mona.userId, change)).toMatchObject(change);
      const merge = { publicMetadata: { smiles: null, at: { paris: 1 } } };
      expect(await users.updateUserMetadata(mona.userId, merge)).toMatchObject({
        publicMetadata: { at: { paris: 1 } },
      });
      const more = { publicMetadata: { at: { rome: 2 } } };
      const { publicMetadata } = await users.updateUserMetadata(mona.userId, more);
      expect(publicMetadata).toEqual({ at: { paris: 1, rome: 2 } });
      expect(await users.banUser(mona.userId)).toMatchObject({ banned: true });
      expect(clerk.session(mona).status).toBe('revoked');
      expect(await users.unbanUser(mona.userId)).toMatchObject({ banned: false });
      expect(await users.deleteUser(mona.userId)).toMatchObject({ id: mona.userId, deleted: true });
      await expect(users.getUser(mona.userId)).rejects.toMatchObject({ status: 404 });
    });
  });

  describe('about webhooks', () => {
    const verified = async (how: SendOptions = {}) => {
      const ear = await WebhookEar.open();
      const endpoint = clerk.webhooks.to(ear.url);
      await clerk.webhooks.send('user.deleted', { object: 'user', deleted: true }, how);
      endpoint.remove();
      await ear.close();
      const [{ headers, body } = { headers: {}, body: '' }] = ear.heard;
      const given = headers as Record<string, string>;
      const request = new Request('http://localhost/', { method: 'POST', headers: given, body });
      return verifyWebhook(request, { signingSecret: endpoint.secret });
    };

    it('which it verifies', async () => {
      const data = { object: 'user', deleted: true };
      expect(await verified()).toMatchObject({ object: 'event', type: 'user.deleted', data });
      expect(await verified({ sign: 'both' })).toMatchObject({ data });
    });

    it.each<SendOptions>([{ sign: 'foreign' }, { sign: 'none' }, { names: 'webhook' }, { at: 0 }])(
      'and refuses when they are wrong: %j',
      async (how) => {
        await expect(verified(how)).rejects.toThrow();
      },
    );
  });

  describe('about what members may do', () => {
    type Has = (demand: Parameters<Session['has']>[0]) => boolean;
    type Jwt = Parameters<typeof getAuthObjectFromJwt>[0];

    /** Both readers of what LocalClerk wrote. */
    function readersOf(token: string): readonly [ours: Has, theirs: Has] {
      const claims = decodeJwt(token);
      const session = Session.fromClaims(claims as unknown as SessionClaims);
      const jwt = { raw: { text: token }, payload: claims } as unknown as Jwt;
      const auth = getAuthObjectFromJwt(jwt, {});
      const theirs = auth.has as Has;
      return [(demand) => session.has(demand), theirs];
    }

    function signInWith(lot: Lot, turn: number): SignedIn {
      const { ownFeatures, ownPlans, ...organization } = lot;
      return clerk.signIn(`member-${String(turn)}`, {
        organization: { slug: `club-${String(turn)}`, ...organization },
        features: ownFeatures,
        plans: ownPlans,
      });
    }

    function answersAbout(lot: Lot, turn: number) {
      const session = signInWith(lot, turn);
      return ([1, 2] as const).flatMap((version) => {
        const [ours, theirs] = readersOf(clerk.mint({ session, version }));
        return questionsAbout(lot, version).map(({ demand, isMet }) => {
          return { demand, isMet, ours: ours(demand), theirs: theirs(demand) };
        });
      });
    }

    it('both it and we read back exactly what was given, beyond the 53rd permission', () => {
      const dice = new Dice(SEED);
      const all = Array.from({ length: SIGN_INS }, (_, turn) => answersAbout(drawLot(dice), turn));
      const told = all.flat();
      const wrong = told.filter(({ isMet, ours, theirs }) => ours !== isMet || theirs !== isMet);
      expect(wrong.slice(0, 3)).toEqual([]);
      const met = told.filter(({ isMet }) => isMet);
      expect(met.length).toBeGreaterThan(10_000);
      expect(told.length - met.length).toBeGreaterThan(10_000);
      const late = met.filter(({ demand }) => /:p6\d$/.test(demand.permission ?? ''));
      expect(late.length).toBeGreaterThan(1000);
    });

    it('both it and we read how long ago the factors were proved', () => {
      const met = { yes: 0, no: 0 };
      for (const first of AGES.filter((age) => age >= 0)) {
        for (const second of AGES) {
          const ada = clerk.signIn('ada', { factorAges: [first, second] });
          const [ours, theirs] = readersOf(ada.sessionToken);
          for (const reverification of ['strict_mfa', 'strict', 'moderate', 'lax'] as const) {
            const limit = { strict_mfa: 10, strict: 10, moderate: 60, lax: 1440 }[reverification];
            const decisive = second === -1 ? first : second;
            const isFirstFine = reverification !== 'strict_mfa' || first < limit;
            const isMet = decisive < limit && isFirstFine;
            expect([ours({ reverification }), theirs({ reverification })]).toEqual([isMet, isMet]);
            met[isMet ? 'yes' : 'no'] += 1;
          }
        }
      }
      expect(Math.min(met.yes, met.no)).toBeGreaterThan(50);
    });
  });
});

interface Question {
  readonly demand: Readonly<Partial<Record<'role' | 'permission' | 'feature' | 'plan', string>>>;
  readonly isMet: boolean;
}

/** Everything that may be asked of a lot, with the answer that follows from what was given. */
function questionsAbout(lot: Lot, version: 1 | 2): readonly Question[] {
  const { features, plans, ownFeatures, ownPlans } = lot;
  const granted = new Set(
    lot.permissions.filter(
      // Version 1 knows no features, and so takes none away.
      (permission) => version === 1 || features.includes(permission.split(':')[1] ?? ''),
    ),
  );
  const paid = (slug: string, ofOrganization: readonly string[], own: readonly string[]) => ({
    [slug]: ofOrganization.includes(slug) || own.includes(slug),
    [`org:${slug}`]: ofOrganization.includes(slug),
    [`user:${slug}`]: own.includes(slug),
  });
  const answers = (kind: keyof Question['demand'], told: Readonly<Record<string, boolean>>) =>
    Object.entries(told).map(([slug, isMet]) => ({ demand: { [kind]: slug }, isMet }));
  return [
    ...ROLES.map((role) => ({ demand: { role }, isMet: role === lot.role })),
    ...FEATURES.flatMap((feature) =>
      NAMES.map((name) => `org:${feature}:${name}`).map((permission) => ({
        demand: { permission },
        isMet: granted.has(permission),
      })),
    ),
    ...FEATURES.flatMap((slug) =>
      answers('feature', version === 1 ? { [slug]: false } : paid(slug, features, ownFeatures)),
    ),
    ...PLANS.flatMap((slug) =>
      answers('plan', version === 1 ? { [slug]: false } : paid(slug, plans, ownPlans)),
    ),
  ];
}
