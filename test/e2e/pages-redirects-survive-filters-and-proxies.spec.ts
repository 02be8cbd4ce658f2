import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  HttpException,
  Inject,
  Injectable,
  NotFoundException,
  Res,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AuthGuard,
  ClerkModule,
  OptionalSession,
  RequireSession,
  UnauthenticatedException,
} from 'nestjs-clerk-auth';
import { ClerkPagesModule } from 'nestjs-clerk-auth/pages';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { PageBrowser } from '../support/page-browser.js';
import {
  PagesController,
  startPages,
  type PageApp,
  type PageAppOptions,
} from '../support/page-app.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** As in many applications: whatever it is, with its status and a body of the application's. */
@Catch()
class CatchAll implements ExceptionFilter {
  @Inject(HttpAdapterHost) private readonly host!: HttpAdapterHost;

  catch(exception: unknown, host: ArgumentsHost): void {
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    const text = `caught ${exception instanceof Error ? exception.message : ''}`;
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), text, status);
  }
}

/** Of those that an application has for one thing each. */
@Catch(NotFoundException)
class NotFoundFilter implements ExceptionFilter {
  catch(): never {
    throw new Error('This filter is for something else.');
  }
}

/** And for several. */
@Catch(NotFoundException, UnauthenticatedException)
class SeveralFilter implements ExceptionFilter {
  @Inject(HttpAdapterHost) private readonly host!: HttpAdapterHost;

  catch(_: unknown, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), 'one of several', 401);
  }
}

@Controller('caught')
@UseFilters(CatchAll)
class CaughtController {
  @Get()
  @RequireSession()
  @UseGuards(AuthGuard)
  caught(): string {
    return 'let in';
  }
}

/** Lets in with a session, or with a word in the URL. */
@Injectable()
class EitherGuard implements CanActivate {
  @Inject(AuthGuard) private readonly session!: AuthGuard;

  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.session.canActivate(context);
    } catch (reason) {
      const { url } = context.switchToHttp().getRequest<{ url: string }>();
      if (url.includes('word=open')) return true;
      throw reason;
    }
  }
}

@Controller('either')
class EitherController {
  @Get()
  @UseGuards(EitherGuard)
  either(): string {
    return 'let in';
  }
}

interface AnyResponse {
  header(name: string, value: string): unknown;
  readonly raw?: unknown;
}

/** Handlers that set header fields of their own. */
@Controller('own')
class OwnHeadersController {
  @Get('cookies')
  @OptionalSession()
  @UseGuards(AuthGuard)
  cookies(@Res({ passthrough: true }) response: AnyResponse): string {
    response.header('Set-Cookie', 'theme=dark; Path=/');
    response.header('Cache-Control', 'private, max-age=5');
    return 'own';
  }
}

function trustProxy(app: INestApplication): void {
  const express = app.getHttpAdapter().getInstance() as { set(name: string, value: unknown): void };
  express.set('trust proxy', true);
}

const CONTROLLERS = [PagesController, CaughtController, EitherController, OwnHeadersController];

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  const started: INestApplication[] = [];

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
  });

  afterEach(async () => {
    for (const app of started.splice(0)) await app.close();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const start = async (options: PageAppOptions = {}): Promise<PageApp> => {
    const pages = await startPages(adapter, clerk, { controllers: CONTROLLERS, ...options });
    started.push(pages.app);
    return pages;
  };

  const expired = () => {
    const token = clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 });
    return `__session=${token}; __client_uat=1`;
  };

  const handshakeFrom = async (url: string, headers: Record<string, string> = {}) => {
    const { location = '' } = await new PageBrowser().ask(url, {
      headers: { ...headers, cookie: expired() },
    });
    return location === '' ? undefined : new URL(location).searchParams.get('redirect_url');
  };

  it.each(['provider', 'useGlobalFilters', 'controller'] as const)(
    "an application's filter for everything (%s) answers with a good redirect",
    async (where) => {
      const pages = await start({
        providers: where === 'provider' ? [{ provide: APP_FILTER, useClass: CatchAll }] : [],
        prepare: (app) => {
          if (where !== 'useGlobalFilters') return;
          const filter = new CatchAll();
          Object.assign(filter, { host: app.get(HttpAdapterHost) });
          app.useGlobalFilters(filter);
        },
      });
      const path = where === 'controller' ? '/caught' : '/invoices';
      const answer = await new PageBrowser().ask(pages.at(path), {
        headers: { cookie: expired() },
      });
      expect(answer.status).toBe(307);
      expect(answer.location).toContain(`${clerk.url}/v1/client/handshake?`);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.setCookie).toEqual([expect.stringMatching(/^__clerk_redirect_count=1;/)]);
      expect(answer.text).toBe(where === 'controller' ? 'caught Redirecting' : '');
    },
  );

  it('what a handler refuses is for the filters of the application where no redirect is', async () => {
    const fetching = { headers: { 'sec-fetch-dest': 'empty' } };
    const plain = await start();
    const refused = await new PageBrowser().ask(plain.at('/invoices/own'), fetching);
    expect({ status: refused.status, text: refused.text }).toEqual({ status: 401, text: '' });
    expect(refused.headers['www-authenticate']).toBe('Bearer');
    const caught = await start({ providers: [{ provide: APP_FILTER, useClass: CatchAll }] });
    const told = await new PageBrowser().ask(caught.at('/invoices/own'), fetching);
    const text = 'caught Sign in first: this needs a session.';
    expect({ status: told.status, text: told.text }).toEqual({ status: 401, text });
    const page = await new PageBrowser().ask(caught.at('/invoices/own'));
    expect({ status: page.status, text: page.text }).toEqual({ status: 307, text: '' });
    const several = await start({
      providers: [
        { provide: APP_FILTER, useClass: CatchAll },
        { provide: APP_FILTER, useClass: NotFoundFilter },
      ],
    });
    const asked = await new PageBrowser().ask(several.at('/invoices/own'), fetching);
    expect({ status: asked.status, text: asked.text }).toEqual({ status: 401, text });
    const oneOfSeveral = await start({
      providers: [
        { provide: APP_FILTER, useClass: CatchAll },
        { provide: APP_FILTER, useClass: SeveralFilter },
      ],
    });
    const last = await new PageBrowser().ask(oneOfSeveral.at('/invoices/own'), fetching);
    expect({ status: last.status, text: last.text }).toEqual({
      status: 401,
      text: 'one of several',
    });
  });

  it('options may come from a factory, and missing keys stop the boot', async () => {
    const app = await startApp(adapter, {
      controllers: [PagesController],
      imports: [
        ClerkModule.forRoot(clerk.options()),
        ClerkPagesModule.forRootAsync({ useFactory: () => ({ signInUrl: '/from-factory' }) }),
      ],
    });
    started.push(app);
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const { location } = await new PageBrowser().ask(`http://127.0.0.1:${String(port)}/invoices`);
    expect(location).toMatch(/^\/from-factory\?redirect_url=/);

    const keyless = { ...clerk.options(), publishableKey: undefined, jwtKey: clerk.jwtKey };
    const boot = startApp(adapter, {
      imports: [ClerkModule.forRoot(keyless), ClerkPagesModule.forRoot()],
    });
    await expect(boot).rejects.toThrow('set CLERK_PUBLISHABLE_KEY too');
  });

  it('a guard of the application that lets in after all takes the redirect back', async () => {
    const pages = await start();
    const closed = await new PageBrowser().ask(pages.at('/either'));
    expect({ status: closed.status, isSent: closed.location !== undefined }).toEqual({
      status: 307,
      isSent: true,
    });
    const open = await new PageBrowser().ask(pages.at('/either?word=open'));
    expect({ status: open.status, text: open.text, location: open.location }).toEqual({
      status: 200,
      text: 'let in',
    });
    expect(open.headers['cache-control']).toBeUndefined();
  });

  it('cookies and caching that a handler sets stand beside ours, and above them', async () => {
    const pages = await start();
    const cookie = `${ada.cookie}; __clerk_redirect_count=1`;
    const { setCookie, headers } = await new PageBrowser().ask(pages.at('/own/cookies'), {
      headers: { cookie },
    });
    expect(setCookie.toSorted()).toEqual([
      '__clerk_redirect_count=; Path=/own/cookies; HttpOnly; SameSite=Lax; Max-Age=0',
      'theme=dark; Path=/',
    ]);
    expect(headers['cache-control']).toBe('private, max-age=5');
  });

  it('a guard for the whole application, and no word on the route', async () => {
    const app = await startApp(adapter, {
      imports: [
        ClerkModule.forRoot({ ...clerk.options(), proxyUrl: clerk.url }),
        ClerkPagesModule.forRoot({ signInUrl: clerk.signInUrl }),
      ],
      controllers: [EitherController],
      providers: [{ provide: APP_GUARD, useExisting: AuthGuard }],
    });
    started.push(app);
    const url = await app.getUrl();
    expect(await handshakeFrom(`${url}/either`)).toMatch(/\/either$/);
  });

  describe('behind a proxy', () => {
    const forwarded = {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'app.example.com',
    };

    it('what it says counts for nothing while nobody trusts it', async () => {
      const pages = await start();
      expect(await handshakeFrom(pages.at('/invoices'), forwarded)).toBe(pages.at('/invoices'));
    });

    it('what it says counts where the adapter trusts it', async () => {
      const pages = await start({
        fastify: () => new FastifyAdapter({ trustProxy: true }),
        prepare: (app) => {
          if (adapter === 'express') trustProxy(app);
        },
      });
      const { location = '', setCookie } = await new PageBrowser().ask(pages.at('/invoices'), {
        headers: { ...forwarded, cookie: expired() },
      });
      const back = new URL(location).searchParams.get('redirect_url');
      expect(back).toBe('https://app.example.com/invoices');
      expect(setCookie[0]).toMatch(/; Secure$/);
    });

    it.each([
      ['x-forwarded-proto', 'javascript'],
      ['x-forwarded-host', 'evil.example/path'],
      ['x-forwarded-host', 'user@evil.example'],
      ['x-forwarded-host', 'evil.example#'],
      ['host', 'evil.example?x'],
    ])('a %s such as %s is nobody: 401', async (name, value) => {
      const pages = await start({
        fastify: () => new FastifyAdapter({ trustProxy: true }),
        prepare: (app) => {
          if (adapter === 'express') trustProxy(app);
        },
      });
      const headers = { ...forwarded, [name]: value, cookie: expired() };
      if (name === 'host') delete (headers as Record<string, unknown>)['x-forwarded-host'];
      const { status, location } = await new PageBrowser().ask(pages.at('/invoices'), { headers });
      expect(location).toBeUndefined();
      expect([400, 401]).toContain(status);
    });

    it('the option says it for one that does not', async () => {
      const pages = await start({ pages: { origin: 'https://app.example.com' } });
      expect(await handshakeFrom(pages.at('/invoices?a=1'))).toBe(
        'https://app.example.com/invoices?a=1',
      );
    });

    it("a proxy of one's own for the Frontend API is asked on the same origin", async () => {
      const pages = await start({ clerk: { proxyUrl: '/__clerk' } });
      const { location } = await new PageBrowser().ask(pages.at('/invoices'), {
        headers: { cookie: expired() },
      });
      expect(location).toMatch(`${pages.origin}/__clerk/v1/client/handshake?`);
    });
  });
});
