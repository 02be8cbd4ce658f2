import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AcceptTokens, ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk, type Jwk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { publishedKeys, rsaPair, type Pair } from '../support/json-web-keys.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

const START = Date.parse('2026-02-02T02:02:02Z');
const MINUTE = 60_000;
const KEYS = '/v1/jwks';

@Controller()
class MachineController {
  @Get('machine')
  @AcceptTokens('m2m_token')
  machine(): void {
    handled.push('machine');
  }
}

/** Clerk's key ids are those of instances: a new key may come under the old id. */
describe.each(ADAPTERS)('on %s', (adapter) => {
  let now: number;
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let own: Jwk;
  const [next, third] = [rsaPair('next'), rsaPair('third')];

  beforeAll(async () => {
    now = START;
    clerk = await LocalClerk.start({ now: () => now });
    own = (await publishedKeys(clerk))[0]!;
  });

  afterAll(async () => {
    await clerk.stop();
  });

  beforeEach(() => {
    now = START;
    handled.length = 0;
    ada = clerk.signIn('ada');
    clerk.answer('GET', KEYS, undefined);
  });

  afterEach(async () => {
    clerk.outage(false);
    await app.close();
  });

  /** With the keys of before at hand, and none of the calls up to then remembered. */
  async function start(options: ClerkOptions = {}): Promise<void> {
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem', ...options })],
      controllers: [ProbeController, MachineController],
      now: () => now,
    });
    await passes(withToken(ada.sessionToken), ada.userId);
    clerk.forgetCalls();
  }

  const publish = (...keys: readonly Pair[]): void => {
    const jwks = keys.map(({ jwk }) => ({ ...jwk, kid: own.kid }));
    clerk.answer('GET', KEYS, { status: 200, body: { keys: jwks } });
  };
  const withToken = (token: string): request.Test =>
    request(app.getHttpServer()).get('/me').set('Authorization', `Bearer ${token}`);
  const signedBy = ({ privateKey }: Pair): string =>
    clerk.mint({ session: ada, key: privateKey, header: { kid: own.kid } });
  const forged = (): string => signedBy(third);
  const fetched = (): number => clerk.callsTo(KEYS).length;
  const statusOf = async (token: string): Promise<number> => (await withToken(token)).status;

  it('two keys under one id are both tried', async () => {
    clerk.answer('GET', KEYS, {
      status: 200,
      body: { keys: [{ ...next.jwk, kid: own.kid }, own, { ...own }] },
    });
    await start();
    await passes(withToken(signedBy(next)), ada.userId);
    await passes(withToken(clerk.mint({ session: ada })), ada.userId);
    await isRefused(withToken(forged()), 'token_signature_invalid');
  });

  it('a token of the new key waits for a moment and passes; one of the old key is refused', async () => {
    await start();
    publish(next);
    await passes(withToken(signedBy(next)), ada.userId);
    expect(fetched()).toBe(1);
    await isRefused(withToken(clerk.mint({ session: ada })), 'token_signature_invalid');
    await isRefused(withToken(ada.sessionToken), 'token_signature_invalid');
    await passes(withToken(signedBy(next)), ada.userId);
  });

  it('of a crowd that comes with the new key nobody is refused, and one fetch serves them all', async () => {
    await start();
    publish(next);
    const tokens = Array.from({ length: 200 }, () => signedBy(next));
    expect(new Set(await Promise.all(tokens.map(statusOf)))).toEqual(new Set([200]));
    expect(handled).toHaveLength(201);
    expect(fetched()).toBe(1);
  });

  it('nor is anybody when a fetch of the old set is under way', async () => {
    await start({ backendTimeout: 60_000, backendBudget: 60_000 });
    clerk.latency(300);
    now = START + 4 * MINUTE;
    const early = clerk.mint({ session: ada });
    await passes(withToken(early), ada.userId);
    await until(() => fetched() === 1);
    publish(next);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(signedBy(next))));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(fetched()).toBeLessThanOrEqual(2);
    clerk.latency(0);
  });

  it('a flood of forged tokens causes no more fetches than made-up key ids do', async () => {
    await start();
    for (let turn = 0; turn < 30; turn += 1) {
      await isRefused(withToken(forged()), 'token_signature_invalid');
    }
    // The fetch at boot was the first of the two.
    expect(fetched()).toBe(1);
    now += 2000;
    expect(new Set(await Promise.all([1, 2, 3].map(() => statusOf(forged()))))).toEqual(
      new Set([401]),
    );
    expect(fetched()).toBe(2);
    await passes(withToken(clerk.mint({ session: ada })), ada.userId);
  });

  it('a key exchanged amid such a flood is found within two seconds', async () => {
    await start();
    await Promise.all(Array.from({ length: 30 }, () => statusOf(forged())));
    publish(next);
    now += 2000;
    await Promise.all(Array.from({ length: 30 }, () => statusOf(forged())));
    await passes(withToken(signedBy(next)), ada.userId);
  });

  it.each(['unavailable', 'refuse', 'rubbish'] as const)(
    'while Clerk is down (%s) the last good keys say no, and go on saying yes',
    async (outage) => {
      await start();
      clerk.outage(outage);
      await isRefused(withToken(forged()), 'token_signature_invalid');
      await isRefused(withToken(forged()), 'token_signature_invalid');
      await passes(withToken(clerk.mint({ session: ada })), ada.userId);
      clerk.outage(false);
      publish(next);
      now += 2000;
      await passes(withToken(signedBy(next)), ada.userId);
    },
  );

  it('the JWT of a machine waits for its key in the same way', async () => {
    await start();
    publish(next);
    const token = (key: Pair): string =>
      clerk.mintM2mToken({ key: key.privateKey, header: { kid: own.kid } });
    const machine = (bearer: string): request.Test =>
      request(app.getHttpServer()).get('/machine').set('Authorization', `Bearer ${bearer}`);
    await machine(token(next)).expect(200);
    expect(fetched()).toBe(1);
    await isRefused(machine(token(third)), 'token_signature_invalid');
    expect(handled).toEqual(['me', 'machine']);
  });

  it('with a key given by hand nothing is fetched', async () => {
    await start({ jwtKey: clerk.jwtKey });
    await isRefused(withToken(signedBy(next)), 'token_signature_invalid');
    expect(fetched()).toBe(0);
  });
});
