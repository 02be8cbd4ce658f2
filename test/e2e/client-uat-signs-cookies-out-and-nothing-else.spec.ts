import { afterAll, beforeAll, beforeEach, describe, it, expect } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { LocalClerk, type MintSpec, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectRefused, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const IAT = NOW / 1000;

/** `undefined`: the cookie is absent. */
type Uat = string | undefined;

const SIGNED_IN: readonly (readonly [string, Uat])[] = [
  ['of the same second', `${IAT}`],
  ['a second before', `${IAT - 1}`],
  ['long before', '1'],
  ['a number with letters after it', '12abc'],
  ['a fraction of the same second', `${IAT}.9`],
  ['written in percent sequences', `%3${String(IAT).charAt(0)}${String(IAT).slice(1)}`],
];

const SIGNED_OUT: readonly (readonly [string, Uat])[] = [
  ['0', '0'],
  ['a second later', `${IAT + 1}`],
  ['far later', '99999999999999999999'],
  ['letters', 'abc'],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['hexadecimal', '0x1'],
  ['minus nothing', '-'],
  ['a broken percent sequence', '%E0%A4%A'],
  ['zeros', '000'],
];

const ABSENT: readonly (readonly [string, Uat])[] = [
  ['absent', undefined],
  ['empty', ''],
];

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let lenient: INestApplication;
  let strict: INestApplication;
  let ada: SignedIn;
  let suffix: string;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => NOW });
    ada = clerk.signIn('ada');
    suffix = /^__session(_[\w-]{8})=/.exec(ada.suffixedCookie)?.[1] ?? '';
    lenient = await startProbe(adapter, clerk, { now: () => NOW });
    strict = await startProbe(adapter, clerk, { now: () => NOW, clientUat: 'required' });
  });

  afterAll(async () => {
    await lenient.close();
    await strict.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  const get = (app: INestApplication): request.Test => request(app.getHttpServer()).get('/me');

  const cookie = (uat: Uat, ending = '', spec: MintSpec = {}): string => {
    const token = `__session${ending}=${clerk.mint({ session: ada, ...spec })}`;
    return uat === undefined ? token : `${token}; __client_uat${ending}=${uat}`;
  };

  const ask = (app: INestApplication, sent: string): request.Test => get(app).set('Cookie', sent);

  it.each(SIGNED_IN)('accepts a token when the cookie is %s', async (_, uat) => {
    expectUser(await ask(lenient, cookie(uat)), ada.userId);
    expectUser(await ask(strict, cookie(uat)), ada.userId);
    expectUser(await ask(strict, cookie(uat, suffix)), ada.userId);
  });

  it.each(SIGNED_OUT)('refuses the token when the cookie is %s', async (_, uat) => {
    expectRefused(await ask(lenient, cookie(uat)), 'client_signed_out');
    expectRefused(await ask(strict, cookie(uat)), 'client_signed_out');
    // The plain one beside it keeps Clerk's fifth rule from turning to the plain set.
    const suffixed = `${cookie(uat, suffix)}; __client_uat=0`;
    expectRefused(await ask(strict, suffixed), 'client_signed_out');
  });

  it.each(ABSENT)('accepts the token when the cookie is %s, unless required', async (_, uat) => {
    expectUser(await ask(lenient, cookie(uat)), ada.userId);
    expectRefused(await ask(strict, cookie(uat)), 'client_uat_missing');
  });

  it('never takes the uat of the other set', async () => {
    const elsewhere = `${cookie(undefined)}; __client_uat_AAAAAAAA=0`;
    expectUser(await ask(lenient, elsewhere), ada.userId);
    expectRefused(await ask(strict, elsewhere), 'client_uat_missing');
    expectRefused(await ask(lenient, `${cookie('0')}; __client_uat=1`), 'client_signed_out');
    expectUser(await ask(lenient, `${cookie('1')}; __client_uat=0`), ada.userId);
  });

  it('counts a negative number as signed in long ago, as Clerk does', async () => {
    expectUser(await ask(lenient, cookie('-5')), ada.userId);
  });

  it('cannot compare with a token that does not say when it was issued', async () => {
    const undated = { claims: { iat: undefined } };
    expectRefused(await ask(lenient, cookie(`${IAT}`, '', undated)), 'client_signed_out');
    expectUser(await ask(lenient, cookie(undefined, '', undated)), ada.userId);
  });

  it('signs nobody in whose token does not hold', async () => {
    const expired = cookie(`${IAT}`, '', { expiresIn: -60 });
    expectRefused(await ask(lenient, expired), 'token_expired');
    expectRefused(await ask(lenient, `__client_uat=${IAT}`), 'session_required');
    expectRefused(await ask(strict, `__client_uat=${IAT}`), 'session_required');
  });

  it('signs client tokens out too, without asking Clerk', async () => {
    clerk.forgetCalls();
    expectRefused(await ask(lenient, `${ada.clientCookie}; __client_uat=0`), 'client_signed_out');
    expectRefused(await ask(strict, ada.clientCookie), 'client_uat_missing');
    expect(clerk.callCount).toBe(0);
    expectUser(await ask(lenient, ada.clientCookie), ada.userId);
    expectUser(await ask(strict, `${ada.clientCookie}; __client_uat=${IAT}`), ada.userId);
  });

  it.each(['0', 'abc', `${IAT + 1}`, undefined])(
    'does not concern header tokens: %s',
    async (uat) => {
      const sent = uat === undefined ? 'a=1' : `__client_uat=${uat}; __client_uat${suffix}=${uat}`;
      const asked = (app: INestApplication): request.Test =>
        ask(app, sent).set('Authorization', ada.header);
      expectUser(await asked(lenient), ada.userId);
      expectUser(await asked(strict), ada.userId);
    },
  );
});
