import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, type ClerkOptions, type UnauthenticatedCode } from 'nestjs-clerk-auth';
import { ClerkPagesModule, type ClerkPagesOptions } from 'nestjs-clerk-auth/pages';
import { signedInAs, type TestCaller } from 'nestjs-clerk-auth/testing';
import { PagesController, RefusingController } from '../support/page-app.js';
import { PageBrowser } from '../support/page-browser.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** What would send somebody to Clerk, were the keys here to say where that is. */
const SIGNED_IN_ONCE = '__client_uat=1; __clerk_handshake_nonce=abc; __clerk_handshake=a.b.c';

const TO_SIGN_IN = {
  status: 307,
  location: expect.stringMatching(/^\/sign-in\?redirect_url=/) as unknown,
};

const PUBLISHABLE = `pk_test_${Buffer.from('quiet-otter-42.clerk.accounts.dev$').toString('base64')}`;

describe.each(ADAPTERS)('on %s, signedInAs()', (adapter) => {
  let app: INestApplication | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  async function start(
    caller: TestCaller,
    pages: ClerkPagesOptions = {},
    clerk: ClerkOptions = {},
  ): Promise<string> {
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk), ClerkPagesModule.forRoot(pages)],
      controllers: [PagesController, RefusingController],
      caller,
    });
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}`;
  }

  async function ask(url: string, cookie = SIGNED_IN_ONCE) {
    const { status, text, location } = await new PageBrowser().ask(url, { headers: { cookie } });
    return { status, text, location };
  }

  it('is whose pages these are, without any key', async () => {
    const at = await start(signedInAs('user_ada'));
    for (const cookie of ['', SIGNED_IN_ONCE]) {
      expect(await ask(`${at}/invoices`, cookie)).toEqual({
        status: 200,
        text: 'invoices of user_ada',
      });
    }
    expect(await ask(`${at}/`)).toEqual({ status: 200, text: 'home of user_ada' });
  });

  it('is nobody: the 401 it is where no sign-in page is known, and the way there where one is', async () => {
    const caller = signedInAs(null);
    expect(await ask(`${await start(caller)}/invoices`)).toMatchObject({
      status: 401,
      text: 'Sign in first: this needs a session.\n',
      location: undefined,
    });
    await app?.close();
    const at = await start(caller, { signInUrl: '/sign-in' });
    expect(await ask(`${at}/invoices`)).toMatchObject(TO_SIGN_IN);
    expect(await ask(`${at}/`)).toEqual({ status: 200, text: 'home of a guest' });
    caller.become('user_ada');
    expect((await ask(`${at}/invoices`)).status).toBe(200);
  });

  it.each<UnauthenticatedCode>(['session_not_active', 'token_expired', 'session_required'])(
    'is refused by a handler with %s, and sent to sign in',
    async (code) => {
      const clerk = { publishableKey: PUBLISHABLE };
      const at = await start(signedInAs('user_ada'), { signInUrl: '/sign-in' }, clerk);
      expect(await ask(`${at}/refused/${code}`)).toMatchObject(TO_SIGN_IN);
    },
  );
});
