import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Res,
  StreamableFile,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AuthGuard,
  CurrentSession,
  OptionalSession,
  RequireSession,
  UnauthenticatedException,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { overHttp1, overHttp2 } from '../support/exchange.js';
import { HandClock } from '../support/hand-clock.js';
import { PageBrowser, type Hop } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { ADAPTERS, type Adapter } from '../support/start-app.js';

const MINUTE = 60_000;

/** Express's response, or Fastify's reply. */
interface AnyResponse {
  readonly raw?: ServerResponse;
  readonly hijack?: () => void;
  send(body: unknown): unknown;
}

/** Node's own, which Fastify no longer looks after. */
function takenOver(response: AnyResponse): ServerResponse {
  response.hijack?.();
  return response.raw ?? (response as unknown as ServerResponse);
}

const OWN_COOKIE = 'theme=dark; Path=/';

/** Has begun to answer before anybody is asked who this is. */
@Injectable()
class HastyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    takenOver(context.switchToHttp().getResponse<AnyResponse>()).flushHeaders();
    return true;
  }
}

/** Every way past Nest and the framework that a page may take. */
@Controller()
@RequireSession()
class ByHand {
  @Get('written')
  written(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    const raw = takenOver(response);
    raw.write('page ');
    raw.end(`of ${userId}`);
  }

  @Get('slowly')
  async slowly(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): Promise<void> {
    const raw = takenOver(response);
    await nextTurn();
    raw.setHeader('content-type', 'text/html');
    raw.flushHeaders();
    await nextTurn();
    raw.end(`page of ${userId}`);
  }

  @Get('not-taken-over')
  raw(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    const raw = response.raw ?? (response as unknown as ServerResponse);
    raw.writeHead(200, { 'content-type': 'text/html' });
    raw.write('page ');
    raw.end(`of ${userId}`);
  }

  @Get('fields')
  fields(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    const fields = { 'Content-Type': 'text/html', 'Set-Cookie': OWN_COOKIE };
    takenOver(response).writeHead(200, fields).end(`page of ${userId}`);
  }

  @Get('list')
  list(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    const fields = ['Content-Type', 'text/html', 'Set-Cookie', OWN_COOKIE];
    takenOver(response).writeHead(200, fields).end(`page of ${userId}`);
  }

  /** Node itself keeps the last of these where anybody has set a field before. */
  @Get('long-list')
  longList(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    const fields = ['Set-Cookie', OWN_COOKIE, 'Set-Cookie', 'a=1', 'set-cookie', 'b=2'];
    takenOver(response).writeHead(200, fields).end(`page of ${userId}`);
  }

  @Get('piped')
  piped(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    Readable.from(['page ', `of ${userId}`]).pipe(takenOver(response));
  }

  @Get('file')
  file(@CurrentSession() { userId }: Session): StreamableFile {
    return new StreamableFile(Readable.from([Buffer.from(`page of ${userId}`)]));
  }

  /** Who says otherwise has the last word. */
  @Get('kept')
  kept(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    const fields = { 'cache-control': 'private, max-age=5' };
    takenOver(response).writeHead(200, fields).end(`page of ${userId}`);
  }

  /** A guest is found out too late for the framework. */
  @Get('thrown')
  @OptionalSession()
  thrown(@CurrentSession('userId') user: string | null, @Res() response: AnyResponse): void {
    const raw = takenOver(response);
    if (user === null) throw new UnauthenticatedException();
    raw.end(`page of ${user}`);
  }
}

@Controller()
class HastyController {
  @Get('hasty')
  @UseGuards(HastyGuard, AuthGuard)
  hasty(@CurrentSession() { userId }: Session, @Res() response: AnyResponse): void {
    (response.raw ?? (response as unknown as ServerResponse)).end(`page of ${userId}`);
  }
}

const PATHS = [
  '/written',
  '/slowly',
  '/not-taken-over',
  '/fields',
  '/list',
  '/piped',
  '/file',
  '/kept',
  '/thrown',
];

const SERVERS: readonly { readonly server: string; readonly adapter: Adapter }[] = [
  { server: 'Express', adapter: 'express' },
  { server: 'Fastify', adapter: 'fastify' },
  { server: 'Fastify over HTTP/2', adapter: 'fastify' },
];

const namesIn = ({ setCookie }: Hop) => setCookie.map((line) => line.split('=')[0] ?? '');

describe.each(SERVERS.filter(({ adapter }) => ADAPTERS.includes(adapter)))(
  '$server',
  ({ server, adapter }) => {
    const isHttp2 = server.endsWith('HTTP/2');
    const clock = new HandClock();
    let clerk: LocalClerk;
    let pages: PageApp;
    let browser: PageBrowser;
    let ada: SignedIn;

    beforeAll(async () => {
      // Production has refresh tokens: cookies then come with the page itself.
      clerk = await LocalClerk.start({ now: clock.now, instanceType: 'production' });
      pages = await startPages(adapter, clerk, {
        now: clock.now,
        controllers: [ByHand, HastyController],
        ...(isHttp2 && { fastify: () => new FastifyAdapter({ http2: true }) }),
      });
      ada = clerk.signIn('ada');
    });

    beforeEach(() => {
      clock.forward(60 * MINUTE);
      const exchange = isHttp2 ? overHttp2(pages.origin, undefined) : overHttp1;
      browser = new PageBrowser(clock.now, true, exchange);
    });

    afterAll(async () => {
      await pages.app.close();
      await clerk.stop();
    });

    async function signIn(path: string) {
      const offered = await browser.open(pages.at(path));
      expect(offered.url).toContain(`${clerk.signInUrl}?`);
      return browser.open(offered.url, { form: { user: 'ada' } });
    }

    it('cookies of its own may be several beside the refreshed ones', async () => {
      await signIn('/long-list');
      clock.forward(5 * MINUTE);
      const shown = await browser.ask(pages.at('/long-list'));
      expect(shown).toMatchObject({ status: 200, text: `page of ${ada.userId}` });
      expect(namesIn(shown)).toEqual(expect.arrayContaining(['theme', 'a', 'b', '__session']));
    });

    it('where a guard before ours has begun to answer, nothing is added and nothing breaks', async () => {
      await signIn('/written');
      const { status, text, headers } = await browser.ask(pages.at('/hasty'));
      expect({ status, text }).toEqual({ status: 200, text: `page of ${ada.userId}` });
      expect(headers['cache-control']).toBeUndefined();
    });

    describe.each(PATHS)('%s', (path) => {
      const cacheControl = path === '/kept' ? 'private, max-age=5' : 'private, no-store';
      const own = ['/fields', '/list'].includes(path) ? ['theme'] : [];

      it('a guest is sent to sign in, and comes back', async () => {
        const { status, location = '', headers } = await browser.ask(pages.at(path));
        expect({ status, cache: headers['cache-control'] }).toEqual({
          status: 307,
          cache: 'no-store',
        });
        expect(location).toContain(`${clerk.signInUrl}?`);
        const back = await signIn(path);
        expect(back).toMatchObject({ status: 200, text: `page of ${ada.userId}` });
        expect(back.headers['cache-control']).toBe(cacheControl);
        // The session that the handshake brought, and the counts taken back.
        expect(back.hops.slice(-1).flatMap(namesIn)).toEqual(
          expect.arrayContaining([...own, '__session', '__clerk_redirect_count']),
        );
      });

      it('fetch is refused', async () => {
        const headers = { 'sec-fetch-dest': 'empty' };
        const { status, location } = await browser.ask(pages.at(path), { headers });
        expect({ status, location }).toEqual({ status: 401 });
      });

      it('a valid page is shown, and kept by nobody unless it says so', async () => {
        await signIn(path);
        const shown = await browser.ask(pages.at(path));
        expect(shown).toMatchObject({ status: 200, text: `page of ${ada.userId}` });
        expect(shown.headers['cache-control']).toBe(cacheControl);
        expect(namesIn(shown)).toEqual(own);
      });

      it('an expired one is refreshed, and its cookies come with it', async () => {
        await signIn(path);
        clock.forward(5 * MINUTE);
        const shown = await browser.ask(pages.at(path));
        expect(shown).toMatchObject({ status: 200, text: `page of ${ada.userId}` });
        expect(shown.headers['cache-control']).toBe(cacheControl);
        expect(namesIn(shown)).toEqual(expect.arrayContaining([...own, '__session']));
      });

      it('without a refresh token it goes to the handshake, and is shown in the end', async () => {
        await signIn(path);
        clock.forward(5 * MINUTE);
        browser.forget('__refresh_');
        const { hops, ...shown } = await browser.open(pages.at(path));
        expect(hops.map(({ status }) => status)).toEqual([307, 307, 200]);
        expect(hops[0]?.location).toContain(`${clerk.url}/v1/client/handshake?`);
        expect(shown).toMatchObject({ status: 200, text: `page of ${ada.userId}` });
        expect(shown.headers['cache-control']).toBe(cacheControl);
      });
    });
  },
);
