import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext, INestApplication } from '@nestjs/common';
import { AuthGuard, ClerkModule, UnauthenticatedException } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { ProbeController } from '../support/probe-controller.js';
import { startApp } from '../support/start-app.js';

type Path = 'me' | 'maybe' | 'open';

describe('a guard that has all it needs at hand answers at once, without a promise', () => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startApp('express', {
      imports: [ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey })],
      controllers: [ProbeController],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  function ask(path: Path, headers: Record<string, string>): boolean | Promise<boolean> {
    const context = {
      getType: () => 'http',
      getClass: () => ProbeController,
      getHandler: () => ProbeController.prototype[path],
      switchToHttp: () => ({ getRequest: () => ({ headers }) }),
    };
    return app.get(AuthGuard).canActivate(context as unknown as ExecutionContext);
  }

  it('to a session token, in a header or in a cookie', () => {
    expect(ask('me', { authorization: ada.header })).toBe(true);
    expect(ask('me', { cookie: ada.cookie })).toBe(true);
    expect(ask('me', { cookie: ada.suffixedCookie })).toBe(true);
  });

  it('to strangers and to forgers', () => {
    expect(() => ask('me', {})).toThrow(UnauthenticatedException);
    const forged = `Bearer ${clerk.mint({ session: ada, key: 'foreign' })}`;
    expect(() => ask('me', { authorization: forged })).toThrow(UnauthenticatedException);
  });

  it('to everybody, where a session is optional or nothing is demanded', () => {
    expect(ask('maybe', {})).toBe(true);
    expect(ask('open', { authorization: ada.header })).toBe(true);
  });

  it('but not where Clerk must be asked', async () => {
    const asked = ask('me', { cookie: ada.clientCookie });
    expect(asked).toBeInstanceOf(Promise);
    expect(await asked).toBe(true);
  });
});
