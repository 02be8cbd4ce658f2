import { createPublicKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SessionTokenText } from '../../src/credentials/token-shape.js';
import { JwsReader } from '../../src/verification/compact-jws.js';
import { Revocations } from '../../src/revocation/revocations.js';
import type { Verdict } from '../../src/verification/verdict.js';
import type { Signer } from '../../src/verification/verified-token.js';
import { VerifiedTokens } from '../../src/verification/verified-tokens.js';
import { verifyCredential, type Verification } from '../../src/verification/verify-credential.js';
import { Dice } from '../contract/support/dice.js';
import { base64url, RawSigner } from '../support/sign-raw.js';
import { CLAIMS, KEY, NOW, SECONDS, verificationWith } from '../support/verification.js';

const asText = (token: string): SessionTokenText => token as SessionTokenText;
const SEEDS = [1, 2, 3, 4, 5];

describe.each(SEEDS)('with the dice %i', (seed) => {
  it('a cache changes no verdict, whatever happens between two looks', () => {
    const dice = new Dice(seed);
    const signers = [new RawSigner(1024), new RawSigner(1024), new RawSigner(1024)];
    const keys = signers.map(({ pem }) => createPublicKey(pem));
    const published = new Map<string, readonly KeyObject[]>();
    let now = NOW;
    const revoked = new Revocations();
    const jws = new JwsReader();
    const shared: Partial<Verification> = {
      keys: { candidates: (kid) => published.get(kid ?? '') ?? [] },
      now: () => now,
      revoked,
    };
    const cached = verificationWith({ ...shared, jws, verified: new VerifiedTokens(6, jws) });
    const bare = verificationWith({ ...shared, verified: new VerifiedTokens(0, new JwsReader()) });
    const tokens: string[] = ['', '.', '..', 'a.b.c'];

    const mint = (): void => {
      const seconds = Math.floor(now / 1000);
      const claims = {
        ...CLAIMS,
        sid: `sess_${dice.upTo(200)}`,
        iat: seconds,
        exp: seconds + dice.upTo(120),
      };
      const header = { alg: 'RS256', kid: dice.pick(['k1', 'k1', 'k2', '']) };
      const signed = dice.pick(signers).sign(JSON.stringify(header), JSON.stringify(claims));
      const [head = '', , signature = ''] = signed.split('.');
      tokens.push(signed);
      // The same end, hence the same fingerprint, with other claims.
      const foreign = base64url(JSON.stringify({ ...claims, sub: 'user_mallory' }));
      if (dice.chance(0.3)) tokens.push(`${head}.${foreign}.${signature}`);
    };
    const change = [
      () => void (now += dice.upTo(4000)),
      () => void (now -= dice.upTo(1000)),
      () => void published.set(dice.pick(['k1', 'k2']), [dice.pick(keys), ...dice.some(keys, 2)]),
      () => void published.delete('k2'),
      () => revoked.endSession(`sess_${dice.upTo(200)}`),
      () => cached.verified.forget(dice.pick(tokens)),
      mint,
      mint,
      mint,
    ];
    published.set('k1', keys);
    const met = new Map<string, number>();
    for (let turn = 0; turn < 3000; turn += 1) {
      if (dice.chance(0.2)) dice.pick(change)();
      const token = dice.chance(0.7) ? dice.pick(tokens.slice(-8)) : dice.pick(tokens);
      const verdicts = [cached, bare].map((verification) => {
        // As the guard does it: cookies are recognized, or read, before anything is proved.
        const { verified } = verification;
        const recognized = verified.recognize(token)?.claims;
        const peeked = recognized ?? verification.jws.peek(token);
        const verdict = verifyCredential(
          {
            kind: 'session_token',
            token: asText(token),
            askedSessionId: undefined,
            clientUat: undefined,
            fromCookie: false,
          },
          verification,
        );
        expect(verdict).not.toBeInstanceOf(Promise);
        return JSON.stringify([peeked, { ...(verdict as Verdict), remembered: undefined }]);
      });
      expect(verdicts[0]).toBe(verdicts[1]);
      const { kind } = (JSON.parse(verdicts[0]!) as [unknown, { kind: string }])[1];
      met.set(kind, (met.get(kind) ?? 0) + 1);
    }
    expect(met.get('token')).toBeGreaterThan(100);
    expect(met.get('rejected')).toBeGreaterThan(100);
  });

  it('a token is found if it was kept and not forgotten since, and never another one', () => {
    const dice = new Dice(seed);
    const payload = (n: number): string => base64url(JSON.stringify({ ...CLAIMS, n }));
    // Two of a fingerprint each; and the empty text, which is nobody's token.
    const texts = ['aaaaaaQ', 'bbbbbbQ', 'ccccccQ'].flatMap((end, at) =>
      [0, 1].map((twin) => asText(`e30.${payload(2 * at + twin)}.${end}`)),
    );
    const signers: Signer[] = ['k1', 'k2', undefined].map((keyId) => ({ key: KEY, keyId }));
    const verified = new VerifiedTokens(dice.pick([0, 1, 2, 3, 8]), new JwsReader());
    const kept = new Map<string, Signer>();
    const ask = (token: string): void => {
      const by = dice.chance(0.5) ? 'find' : 'recognize';
      const found = verified[by](token);
      if (found === undefined) return;
      expect(found).toMatchObject({ token, ...kept.get(token) });
      expect(kept.has(token)).toBe(true);
      expect(found.claims).toEqual({ ...CLAIMS, n: texts.indexOf(asText(token)) });
    };
    for (let turn = 0; turn < 5000; turn += 1) {
      const token = dice.pick(texts);
      const act = dice.throw();
      if (act < 0.2 && verified.find(token) === undefined) {
        const signer = dice.pick(signers);
        verified.keep(token, signer);
        kept.set(token, signer);
      } else if (act < 0.3) {
        verified.forget(token);
        kept.delete(token);
      } else ask(token);
      ask(dice.pick(['', token, dice.pick(texts)]));
    }
  });
});

it('an empty text is nobody, whoever was asked about before', () => {
  const token = asText(`e30.${base64url(JSON.stringify({ ...CLAIMS, exp: SECONDS }))}.aaaaaaQ`);
  const verified = new VerifiedTokens(10, new JwsReader());
  const acts = [
    () => verified.keep(token, { key: KEY, keyId: 'k1' }),
    () => verified.forget(token),
  ];
  for (const act of acts) {
    verified.keep(token, { key: KEY, keyId: 'k1' });
    verified.find(token);
    expect(verified.recognize(token)).toBeDefined();
    act();
    expect(verified.recognize('')).toBeUndefined();
    expect(verified.find('')).toBeUndefined();
  }
});

it('an empty header or payload is none, before and after one was read', () => {
  const jws = new JwsReader();
  const token = `${base64url('{"alg":"RS256"}')}.${base64url('{"a":1}')}.AAAA`;
  for (const before of [undefined, token]) {
    if (before !== undefined) jws.peek(before);
    expect(jws.peekHeader('.e30.AAAA')).toBeUndefined();
    expect(jws.peek('..')).toBeUndefined();
    expect(jws.read(asText('..'))).toBeUndefined();
    expect(jws.read(asText(''))).toBeUndefined();
  }
});
