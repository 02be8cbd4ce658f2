import { describe, expect, it } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import type { SessionTokenText } from '../../src/credentials/token-shape.js';
import { JwsReader } from '../../src/verification/compact-jws.js';
import { deepFreeze } from '../../src/verification/deep-freeze.js';
import { ProbationSegment } from '../../src/verification/probation-segment.js';
import { TokenBlock } from '../../src/verification/token-block.js';
import { fingerprintOf } from '../../src/verification/token-fingerprint.js';
import { BYTES_PER_TOKEN, ProtectedSegment } from '../../src/verification/protected-segment.js';
import type { Signer } from '../../src/verification/verified-token.js';
import { VerifiedTokens } from '../../src/verification/verified-tokens.js';
import { RawSigner } from '../support/sign-raw.js';
import { CLAIMS, KEY, signed } from '../support/verification.js';

const asText = (token: string): SessionTokenText => token as SessionTokenText;
const SIGNER: Signer = { key: KEY, keyId: 'k1' };

/** Texts of one length whose last six characters, of which fingerprints are made, differ. */
const text = (n: number): SessionTokenText =>
  asText(`head.payload.sig${String(n).padStart(5, '0')}Q`);

describe('a fingerprint', () => {
  it('tells tokens apart by the characters before the last one', () => {
    const end = 'abcdef';
    const fingerprints = [0, 1, 2, 3, 4, 5].map((at) =>
      fingerprintOf(`x.${end.slice(0, at)}-${end.slice(at + 1)}Q`),
    );
    expect(new Set([...fingerprints, fingerprintOf(`x.${end}Q`)]).size).toBe(7);
    expect(fingerprintOf(`x.${end}Q`)).toBe(fingerprintOf(`y.${end}R`));
    expect(fingerprintOf(`xa${end}Q`)).toBe(fingerprintOf(`xb${end}Q`));
  });

  it('is a whole number of 32 bits, whatever the token', () => {
    for (const token of ['zzzzzzzzz', '', 'a', '_______Q']) {
      expect(fingerprintOf(token)).toBe(fingerprintOf(token) | 0);
    }
    expect(fingerprintOf('aaaaaa_')).toBe(
      [97, 97, 97, 97, 97, 97].reduce((fingerprint, code) => (fingerprint << 5) ^ code, 0),
    );
  });
});

describe('a block of tokens', () => {
  it('finds a token by fingerprint and whole text, with who signed it', () => {
    const block = new TokenBlock(4, 1000);
    expect(block.find(1, text(1))).toBeUndefined();
    expect(block.put(1, text(1), SIGNER)).toBe(true);
    expect(block.put(2, text(2), { key: KEY, keyId: undefined })).toBe(true);
    expect(block.find(1, text(1))).toEqual({ token: text(1), ...SIGNER });
    expect(block.find(2, text(2))).toEqual({ token: text(2), key: KEY, keyId: undefined });
    expect(block.find(1, text(2))).toBeUndefined();
    expect(block.find(2, text(1))).toBeUndefined();
    expect(block.find(3, text(1))).toBeUndefined();
    expect(block.find(1, text(1).slice(0, -1))).toBeUndefined();
  });

  it('keeps signers apart by key and by id', () => {
    const other = createPublicKey(new RawSigner(1024).pem);
    const block = new TokenBlock(10, 1000);
    const signers = [SIGNER, { key: other, keyId: 'k1' }, { key: KEY, keyId: 'k2' }, SIGNER];
    for (const [at, signer] of signers.entries()) block.put(at, text(at), signer);
    for (const [at, signer] of signers.entries()) {
      expect(block.find(at, text(at))?.key).toBe(signer.key);
      expect(block.find(at, text(at))?.keyId).toBe(signer.keyId);
    }
  });

  it('has room for as many tokens as it is told, to the last byte, and no more', () => {
    const room = 2 * (text(1).length + 3);
    const byNumber = new TokenBlock(2, 10_000);
    const byBytes = new TokenBlock(9, room);
    const tooSmall = new TokenBlock(9, room - 1);
    for (const block of [byNumber, byBytes]) {
      expect([1, 2, 3].map((n) => block.put(n, text(n), SIGNER))).toEqual([true, true, false]);
      expect(block.find(2, text(2))?.token).toBe(text(2));
      expect(block.find(3, text(3))).toBeUndefined();
    }
    expect([1, 2].map((n) => tooSmall.put(n, text(n), SIGNER))).toEqual([true, false]);
  });

  it('knows 256 signers', () => {
    const block = new TokenBlock(1000, 100_000);
    for (let n = 0; n < 256; n += 1) {
      expect(block.put(n, text(n), { key: KEY, keyId: String(n) })).toBe(true);
    }
    expect(block.put(256, text(256), { key: KEY, keyId: '256' })).toBe(false);
    expect(block.put(259, text(259), { key: KEY, keyId: '257' })).toBe(false);
    expect(block.put(257, text(257), { key: KEY, keyId: '255' })).toBe(true);
    expect(block.put(258, text(258), { key: KEY, keyId: '0' })).toBe(true);
    expect(block.find(255, text(255))?.keyId).toBe('255');
    expect(block.find(257, text(257))?.keyId).toBe('255');
  });

  it('counts a signer once, however many tokens it has signed', () => {
    const block = new TokenBlock(1000, 100_000);
    for (let n = 0; n < 300; n += 1) expect(block.put(n, text(n), SIGNER)).toBe(true);
    expect(block.put(300, text(300), { key: KEY, keyId: 'k2' })).toBe(true);
  });

  it('forgets what is removed, and only that', () => {
    const block = new TokenBlock(4, 1000);
    block.put(1, text(1), SIGNER);
    block.put(2, text(2), SIGNER);
    block.remove(1);
    expect(block.find(1, text(1))).toBeUndefined();
    expect(block.find(2, text(2))).toBeDefined();
  });

  it('has all its room again once it is cleared, and knows nobody', () => {
    const other = { key: createPublicKey(new RawSigner(1024).pem), keyId: 'k2' };
    const block = new TokenBlock(2, 2 * (text(1).length + 3));
    for (const n of [1, 2]) block.put(n, text(n), SIGNER);
    block.clear();
    expect([1, 2].map((n) => block.find(n, text(n)))).toEqual([undefined, undefined]);
    expect([2, 3, 4].map((n) => block.put(n, text(n), other))).toEqual([true, true, false]);
    expect(block.find(1, text(1))).toBeUndefined();
    expect(block.find(2, text(2))).toEqual({ token: text(2), ...other });
    expect(block.find(3, text(3))).toEqual({ token: text(3), ...other });
  });

  it('has room for new signers once it is cleared', () => {
    const block = new TokenBlock(1000, 100_000);
    const from = (n: number): boolean => block.put(n, text(n), { key: KEY, keyId: String(n) });
    for (let n = 0; n < 257; n += 1) from(n);
    expect(from(300)).toBe(false);
    block.clear();
    expect(from(300)).toBe(true);
  });
});

describe('tokens met once', () => {
  const keptOf = (capacity: number, count: number): number[] => {
    const probation = new ProbationSegment(capacity);
    const all = Array.from({ length: count }, (_, n) => n);
    for (const n of all) probation.put(text(n), SIGNER);
    return all.filter((n) => probation.find(fingerprintOf(text(n)), text(n)) !== undefined);
  };

  it.each([
    [0, 3, []],
    [1, 1, [0]],
    [1, 2, [1]],
    [2, 2, [0, 1]],
    [2, 3, [1, 2]],
    [3, 3, [0, 1, 2]],
    [3, 4, [2, 3]],
    [3, 5, [2, 3, 4]],
    [4, 4, [0, 1, 2, 3]],
    [4, 5, [2, 3, 4]],
    [4, 9, [6, 7, 8]],
  ])('of which %i are kept: after %i these are left: %j', (capacity, count, left) => {
    expect(keptOf(capacity, count)).toEqual(left);
  });

  it('leave from either half when they are removed', () => {
    const probation = new ProbationSegment(2);
    for (const n of [1, 2]) probation.put(text(n), SIGNER);
    for (const n of [1, 2]) {
      const fingerprint = fingerprintOf(text(n));
      expect(probation.find(fingerprint, text(n))).toBeDefined();
      probation.remove(fingerprint);
      expect(probation.find(fingerprint, text(n))).toBeUndefined();
    }
  });
});

describe('the segment of tokens that return', () => {
  const kept = (token: string) => ({ token, ...SIGNER, claims: CLAIMS });

  it('finds a token by fingerprint and whole text', () => {
    const segment = new ProtectedSegment(2);
    expect(segment.put(1, kept('a'))).toBe(true);
    expect(segment.find(1, 'a')).toEqual(kept('a'));
    expect(segment.find(1, 'b')).toBeUndefined();
    expect(segment.find(2, 'a')).toBeUndefined();
    segment.remove(1);
    expect(segment.find(1, 'a')).toBeUndefined();
    expect(() => segment.remove(1)).not.toThrow();
  });

  it('lets the oldest leave first, and none when one takes its own place', () => {
    const segment = new ProtectedSegment(2);
    for (const [fingerprint, token] of ['a', 'b', 'c'].entries())
      segment.put(fingerprint, kept(token));
    expect(segment.find(0, 'a')).toBeUndefined();
    expect(segment.find(1, 'b')).toBeDefined();
    segment.put(2, kept('d'));
    expect(segment.find(1, 'b')).toBeDefined();
    expect(segment.find(2, 'd')).toBeDefined();
  });

  it('is bounded in bytes too, and takes back the room of what has left', () => {
    const segment = new ProtectedSegment(3);
    const third = 'a'.repeat(BYTES_PER_TOKEN / 3 + 100);
    const most = Math.floor((3 * BYTES_PER_TOKEN) / 3);
    expect(segment.put(1, kept('b'.repeat(most + 1)))).toBe(false);
    expect(segment.put(1, kept('b'.repeat(most)))).toBe(true);
    expect(segment.put(2, kept(third))).toBe(true);
    expect(segment.find(1, 'b'.repeat(most))).toBeUndefined();
    expect(segment.put(3, kept(third))).toBe(true);
    expect(segment.find(2, third)).toBeDefined();
    expect(segment.put(4, kept(third))).toBe(true);
    expect(segment.find(2, third)).toBeUndefined();
    expect(segment.find(3, third)).toBeDefined();
    segment.remove(3);
    expect(segment.put(5, kept(third))).toBe(true);
    expect(segment.find(4, third)).toBeDefined();
  });

  it('keeps what is there when something too large comes', () => {
    const segment = new ProtectedSegment(1);
    segment.put(1, kept('a'));
    expect(segment.put(1, kept('a'.repeat(BYTES_PER_TOKEN)))).toBe(false);
    expect(segment.find(1, 'a')).toBeDefined();
  });

  it('keeps nothing where there is no room at all', () => {
    expect(new ProtectedSegment(0).put(1, kept('a'))).toBe(false);
  });
});

describe('verified tokens', () => {
  const token = asText(signed(CLAIMS));
  const other = asText(signed({ ...CLAIMS, sid: 'sess_other' }));

  function tokens(capacity = 10): VerifiedTokens {
    return new VerifiedTokens(capacity, new JwsReader());
  }

  it('are found with their claims, frozen, and the same ones each time', () => {
    const verified = tokens();
    expect(verified.find(token)).toBeUndefined();
    verified.keep(token, SIGNER);
    expect(verified.recognize(token)).toBeUndefined();
    const first = verified.find(token);
    expect(first).toEqual({ token, ...SIGNER, claims: CLAIMS });
    expect(Object.isFrozen(first?.claims)).toBe(true);
    expect(verified.find(token)).toBe(first);
    expect(verified.recognize(token)).toBe(first);
    expect(verified.find(other)).toBeUndefined();
    expect(verified.recognize(token)).toBe(first);
  });

  it('are forgotten, met once or more', () => {
    const verified = tokens();
    verified.keep(token, SIGNER);
    verified.forget(token);
    expect(verified.find(token)).toBeUndefined();
    verified.keep(token, SIGNER);
    expect(verified.find(token)).toBeDefined();
    expect(verified.recognize(token)).toBeDefined();
    verified.forget(token);
    expect(verified.recognize(token)).toBeUndefined();
    expect(verified.find(token)).toBeUndefined();
  });

  it('keep nothing where none are to be kept', () => {
    const verified = tokens(0);
    verified.keep(token, SIGNER);
    expect(verified.find(token)).toBeUndefined();
  });

  it('that come back are kept within the same bounds, and the oldest leaves', () => {
    const verified = tokens(2);
    for (const text of [token, other]) {
      verified.keep(text, SIGNER);
      verified.find(text);
    }
    expect(verified.recognize(other)).toBeDefined();
    expect(verified.recognize(token)).toBeUndefined();
  });

  it('that came once cannot drive out those that come back', () => {
    const verified = tokens(2);
    verified.keep(token, SIGNER);
    const first = verified.find(token);
    for (const sid of ['a', 'b', 'c']) verified.keep(asText(signed({ ...CLAIMS, sid })), SIGNER);
    expect(verified.find(token)).toBe(first);
  });
});

describe('what is shared', () => {
  it('is frozen to its depths, also below what was frozen before', () => {
    const value = { list: [{ a: 1 }], text: 'x', nothing: null };
    expect(deepFreeze(value)).toBe(value);
    for (const part of [value, value.list, value.list[0]]) expect(Object.isFrozen(part)).toBe(true);
    expect(deepFreeze(null)).toBeNull();
    expect(deepFreeze('x')).toBe('x');
  });
});
