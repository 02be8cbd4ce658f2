import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Res, type INestApplication } from '@nestjs/common';
import {
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  type Session,
} from 'nestjs-clerk-auth';
import type { ClerkLocals } from 'nestjs-clerk-auth/pages';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { PageBrowser } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { ADAPTERS } from '../support/start-app.js';

interface Response {
  readonly locals: { readonly clerk: ClerkLocals; cspNonce?: string };
}

/** Tells what a view would find. */
@Controller()
class Views {
  @Get('optional')
  @OptionalSession()
  optional(@Res({ passthrough: true }) { locals }: Response): object {
    return { ...locals.clerk };
  }

  @Get('required')
  @RequireSession()
  required(@Res({ passthrough: true }) { locals }: Response, @CurrentSession() session: Session) {
    const { clerk } = locals;
    const own = Object.entries(Object.getOwnPropertyDescriptors(clerk));
    return {
      userId: clerk.userId,
      isSame: clerk.session === session,
      names: own.map(([name]) => name),
      areSeen: own.every(([, { enumerable }]) => enumerable),
    };
  }

  /** Engines show what they are given through objects of their own. */
  @Get('wrapped')
  @RequireSession()
  wrapped(@Res({ passthrough: true }) { locals }: Response): object {
    const heir = Object.create(locals.clerk) as ClerkLocals;
    return { proxy: new Proxy(locals.clerk, {}).userId, heir: heir.userId };
  }

  /** An application may put something else in the place of what is there. */
  @Get('replaced')
  @Public()
  replaced(@Res({ passthrough: true }) { locals }: Response): object {
    return { ...Object.defineProperty(locals.clerk, 'signInUrl', { value: '/own' }) };
  }

  @Get('public')
  @Public()
  open(@Res({ passthrough: true }) { locals }: Response): object {
    return { ...locals.clerk };
  }

  @Get('nonce')
  @Public()
  nonce(@Res({ passthrough: true }) { locals }: Response): string {
    locals.cspNonce = 'r4nd"0m';
    return locals.clerk.scripts;
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let pages: PageApp;
  let ada: SignedIn;
  const apps: INestApplication[] = [];

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    const signInUrl = '/sign-in?a=</script>';
    pages = await startPages(adapter, clerk, { controllers: [Views], pages: { signInUrl } });
    apps.push(pages.app);
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
    await clerk.stop();
  });

  async function view(path: string, cookie?: string): Promise<Record<string, unknown>> {
    const { text } = await new PageBrowser().ask(pages.at(path), { headers: { cookie } });
    return JSON.parse(text) as Record<string, unknown>;
  }

  it('somebody signed in, as the handler knows them', async () => {
    expect(await view('/required', ada.cookie)).toEqual({
      userId: ada.userId,
      isSame: true,
      names: ['session', 'userId', 'publishableKey', 'signInUrl', 'signUpUrl', 'scripts'],
      areSeen: true,
    });
  });

  it('also through what an engine puts around it', async () => {
    const { userId } = ada;
    expect(await view('/wrapped', ada.cookie)).toEqual({ proxy: userId, heir: userId });
  });

  it('also with something else in the place of what is there', async () => {
    const told = { signInUrl: '/own', publishableKey: clerk.publishableKey, userId: null };
    expect(await view('/replaced')).toMatchObject(told);
  });

  it('a guest, where signing in is possible', async () => {
    const told = { session: null, userId: null, publishableKey: clerk.publishableKey };
    for (const path of ['/optional', '/public']) {
      const host = new URL(clerk.issuer).host.replace('clerk.accounts.', 'accounts.');
      const urls = { signInUrl: '/sign-in?a=</script>', signUpUrl: `https://${host}/sign-up` };
      expect(await view(path)).toMatchObject({ ...told, ...urls });
    }
  });

  it("Clerk's scripts, with keys and places, and nothing that ends them early", async () => {
    const { scripts } = await view('/public');
    expect(String(scripts).split('\n')).toEqual([
      `<script src="${clerk.url}/npm/@clerk/ui@1/dist/ui.browser.js" defer crossorigin="anonymous"></script>`,
      `<script src="${clerk.url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"` +
        ` data-clerk-publishable-key="${clerk.publishableKey}" data-clerk-proxy-url="${clerk.url}"` +
        ' defer crossorigin="anonymous"></script>',
      expect.stringMatching(/^<script>.*Clerk\.load\(.*clerk:ready.*<\/script>$/),
    ]);
    expect(String(scripts).match(/<\/script>/g)).toHaveLength(3);
    expect(scripts).toContain('"signInUrl":"/sign-in?a=\\u003c/script>"');
    expect(scripts).toContain('window.__internal_ClerkUICtor');
  });

  it('that tell Clerk how they are used, unless the environment says otherwise', async () => {
    expect((await view('/public')).scripts).not.toContain('telemetry');
    process.env.CLERK_TELEMETRY_DISABLED = '1';
    const quiet = await startPages(adapter, clerk, { controllers: [Views] });
    delete process.env.CLERK_TELEMETRY_DISABLED;
    apps.push(quiet.app);
    const { text } = await new PageBrowser().ask(quiet.at('/public'));
    const { scripts } = JSON.parse(text) as { scripts: string };
    expect(scripts).toMatch(/Clerk\.load\(Object\.assign\(\{[^}]*"telemetry":false\}/);
  });

  it('with the nonce of the Content-Security-Policy on each of them', async () => {
    const { text } = await new PageBrowser().ask(pages.at('/nonce'));
    expect(text.match(/<script nonce="r4nd&quot;0m"/g)).toHaveLength(3);
  });

  it('what it is read from is the same for every copy of this package', () => {
    const told = (name: string) => pages.app.get<object>(Symbol.for(`nestjs-clerk-auth:${name}`));
    expect(told('pages-options')).toEqual({ signInUrl: '/sign-in?a=</script>' });
    expect(told('pages-settings')).toMatchObject({ signInUrl: '/sign-in?a=</script>' });
    expect(() => told('pages-locals')).not.toThrow();
    expect(() => told('pages-anything')).toThrow();
  });
});
