import { describe, expect, it } from '@jest/globals';
import { readNotice } from '../../src/revocation/notice.js';
import { Revocations } from '../../src/revocation/revocations.js';

const NOW = 1_700_000_000_000;
const MEMORY = 75_000;

const of = (sid: string, sub: string, iat?: number) => ({ sid, sub, iat });

describe('a session that ended', () => {
  it('is over, and no other is', () => {
    const revocations = new Revocations();
    revocations.endSession('sess_1');
    expect(revocations.isSessionOver('sess_1')).toBe(true);
    expect(revocations.isTokenOver(of('sess_1', 'user_1', 1))).toBe(true);
    expect(revocations.isSessionOver('sess_2')).toBe(false);
    expect(revocations.isTokenOver(of('sess_2', 'user_1', 1))).toBe(false);
  });

  it('is forgotten in order of arrival, once no token of it can hold any more', () => {
    let now = NOW;
    const revocations = new Revocations({ memory: MEMORY, now: () => now });
    revocations.endSession('sess_1');
    now += 1000;
    revocations.endSession('sess_2');
    // Told again: it is remembered from now on.
    revocations.endSession('sess_1');
    now = NOW + MEMORY + 999;
    revocations.forgetOld();
    expect(revocations.isSessionOver('sess_2')).toBe(true);
    expect(revocations.isSessionOver('sess_1')).toBe(true);
    now += 1;
    revocations.forgetOld();
    expect(revocations.isSessionOver('sess_2')).toBe(false);
    expect(revocations.isSessionOver('sess_1')).toBe(false);
  });

  it('is never forgotten for its age where nobody confirms tokens that live long', () => {
    let now = NOW;
    const revocations = new Revocations({ now: () => now });
    revocations.endSession('sess_1');
    now += 10 * 365 * 24 * 3600 * 1000;
    revocations.endSession('sess_2');
    revocations.forgetOld();
    expect(revocations.isSessionOver('sess_1')).toBe(true);
  });

  it('costs nobody more than a thousand forgotten ones at a time', () => {
    let now = NOW;
    const revocations = new Revocations({ memory: MEMORY, now: () => now });
    for (let n = 0; n < 2500; n += 1) revocations.endSession(`sess_${n}`);
    now += MEMORY;
    revocations.forgetOld();
    expect(revocations.isSessionOver('sess_999')).toBe(false);
    expect(revocations.isSessionOver('sess_1000')).toBe(true);
    revocations.forgetOld();
    revocations.forgetOld();
    expect(revocations.isSessionOver('sess_2499')).toBe(false);
  });

  it('is forgotten before its time only where a hundred thousand others ended after it, and that is told', () => {
    const told: string[] = [];
    const revocations = new Revocations({ overflowed: (what) => told.push(what) });
    for (let n = 0; n < 100_000; n += 1) revocations.endSession(`sess_${n}`);
    expect(revocations.isSessionOver('sess_0')).toBe(true);
    expect(told).toEqual([]);
    revocations.endSession('sess_more');
    expect(revocations.isSessionOver('sess_0')).toBe(false);
    expect(revocations.isSessionOver('sess_1')).toBe(true);
    expect(revocations.isSessionOver('sess_more')).toBe(true);
    expect(told).toEqual(['sessions']);
  });
});

describe('a user who was ended', () => {
  it('is refused with every token issued until then, and let in with one issued later', () => {
    const revocations = new Revocations();
    revocations.endUser('user_1', 5_000_500);
    expect(revocations.isTokenOver(of('sess_1', 'user_1', 5000))).toBe(true);
    expect(revocations.isTokenOver(of('sess_1', 'user_1', 5001))).toBe(false);
    expect(revocations.isTokenOver(of('sess_1', 'user_2', 5000))).toBe(false);
    expect(revocations.isSessionOver('sess_1')).toBe(false);
  });

  it('is refused with a token that does not say when it was issued', () => {
    const revocations = new Revocations();
    expect(revocations.isTokenOver(of('sess_1', 'user_1'))).toBe(false);
    revocations.endUser('user_1', 1);
    expect(revocations.isTokenOver(of('sess_1', 'user_1'))).toBe(true);
  });

  it('is not let in again by a late notice about an earlier time', () => {
    const revocations = new Revocations();
    revocations.endUser('user_1', 5_000_000);
    revocations.endUser('user_1', 4_000_000);
    expect(revocations.isTokenOver(of('sess_1', 'user_1', 4500))).toBe(true);
    expect(revocations.isTokenOver(of('sess_1', 'user_1', 5001))).toBe(false);
  });

  it('is forgotten, and the oldest of too many too', () => {
    let now = NOW;
    const told: string[] = [];
    const revocations = new Revocations({
      memory: MEMORY,
      now: () => now,
      overflowed: (what) => told.push(what),
    });
    for (let n = 0; n < 100_001; n += 1) revocations.endUser(`user_${n}`, NOW);
    expect(told).toEqual(['users']);
    expect(revocations.isTokenOver(of('sess_1', 'user_0', 1))).toBe(false);
    expect(revocations.isTokenOver(of('sess_1', 'user_1', 1))).toBe(true);
    now += MEMORY;
    revocations.forgetOld();
    expect(revocations.isTokenOver(of('sess_1', 'user_1000', 1))).toBe(false);
    expect(revocations.isTokenOver(of('sess_1', 'user_1001', 1))).toBe(true);
  });
});

describe('what came from outside', () => {
  it.each([
    { kind: 'session_ended', sessionId: 'sess_29w9KZ' },
    { kind: 'user_ended', userId: 'user_29w9KZ', issuedUntil: 0 },
    { kind: 'user_changed', userId: 'user_29w9KZ' },
  ])('is a notice when it is one: $kind', (notice) => {
    expect(readNotice({ ...notice, more: 'is left out' })).toEqual(notice);
  });

  it.each([
    undefined,
    null,
    'session_ended',
    [],
    {},
    { kind: 'session_ended' },
    { kind: 'session_ended', sessionId: 'user_1' },
    { kind: 'session_ended', sessionId: `sess_${'a'.repeat(65)}` },
    { kind: 'session_ended', sessionId: 'sess_1\n' },
    { kind: 'session_ended', sessionId: ['sess_1'] },
    { kind: 'user_ended', userId: 'user_1' },
    { kind: 'user_ended', userId: 'user_1', issuedUntil: '1' },
    { kind: 'user_ended', userId: 'user_1', issuedUntil: -1 },
    { kind: 'user_ended', userId: 'user_1', issuedUntil: Number.NaN },
    { kind: 'user_ended', userId: 'sess_1', issuedUntil: 1 },
    { kind: 'user_changed', userId: 'user_' },
    { kind: 'session_opened', sessionId: 'sess_1' },
  ])('is no notice otherwise: %j', (value) => {
    expect(readNotice(value)).toBeUndefined();
  });
});
