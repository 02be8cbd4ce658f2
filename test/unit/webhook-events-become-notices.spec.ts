import { describe, expect, it } from '@jest/globals';
import { noticesIn } from '../../src/doors/webhooks/notices-in-event.js';

const ATTEMPT = 1_750_000_000_000;
const SESSION = { kind: 'session_ended', sessionId: 'sess_1' };
const CHANGED = { kind: 'user_changed', userId: 'user_1' };

function ended(issuedUntil: number): object {
  return { kind: 'user_ended', userId: 'user_1', issuedUntil };
}

function notices(type: string, data: object, more: object = {}): unknown {
  return noticesIn({ type, data: { ...data }, ...more }, ATTEMPT);
}

describe('a session', () => {
  it.each(['ended', 'removed', 'revoked', 'replaced', 'abandoned', 'expired'])('%s', (status) => {
    const type = `session.${status}`;
    expect(notices(type, { id: 'sess_1', status })).toEqual([SESSION]);
    expect(notices('session.updated', { id: 'sess_1', status })).toEqual([SESSION]);
  });

  it.each(['active', 'pending'])('%s goes on', (status) => {
    expect(notices('session.created', { id: 'sess_1', status })).toEqual([]);
    expect(notices('session.pending', { id: 'sess_1', status })).toEqual([]);
  });

  it('without a status: by the name of the event', () => {
    expect(notices('session.revoked', { id: 'sess_1' })).toEqual([SESSION]);
    expect(notices('session.created', { id: 'sess_1' })).toEqual([]);
    expect(notices('session.other', { id: 'sess_1', status: 5 })).toEqual([]);
  });
});

describe('a user', () => {
  const data = { id: 'user_1', updated_at: 1_740_000_000_123 };

  it('deleted: no token of theirs is good, whenever it was issued', () => {
    expect(notices('user.deleted', { id: 'user_1', deleted: true })).toEqual([
      ended(Number.MAX_SAFE_INTEGER),
      CHANGED,
    ]);
  });

  it.each([{ banned: true }, { deprovisioned: true }])('%j: by Clerk’s own clock', (flag) => {
    expect(notices('user.updated', { ...data, ...flag })).toEqual([
      ended(data.updated_at),
      CHANGED,
    ]);
  });

  it('banned at a time that is missing: of the event, else of the attempt', () => {
    const banned = { id: 'user_1', banned: true };
    expect(notices('user.updated', banned, { timestamp: 1_740_000_000 })).toEqual([
      ended(1_740_000_000_000),
      CHANGED,
    ]);
    expect(notices('user.updated', banned)).toEqual([ended(ATTEMPT), CHANGED]);
  });

  it.each([
    ['user.created', {}],
    ['user.updated', {}],
    ['user.updated', { banned: false, deprovisioned: false }],
    ['user.updated', { banned: 'true', locked: true }],
    ['user.created', { banned: true }],
    ['user.anything', {}],
  ])('%s %j: changed', (type, more) => {
    expect(notices(type, { ...data, ...more })).toEqual([CHANGED]);
  });
});

describe('nothing', () => {
  it.each([
    ['organization.deleted', { id: 'org_1' }],
    ['userx.deleted', { id: 'user_1' }],
    ['session', { id: 'sess_1', status: 'revoked' }],
    ['user.deleted', {}],
    ['user.deleted', { id: 'sess_1' }],
    ['user.deleted', { id: 'user_1\n' }],
    ['session.revoked', { id: `sess_${'x'.repeat(65)}`, status: 'revoked' }],
    ['session.revoked', { id: ['sess_1'], status: 'revoked' }],
    ['email.created', { user_id: 'user_1' }],
  ])('%s %j', (type, data) => {
    expect(notices(type, data)).toEqual([]);
  });
});
