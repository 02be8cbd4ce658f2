import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import { ClerkPagesModule, type ClerkPagesOptions } from 'nestjs-clerk-auth/pages';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { Browser, BrowserContext } from 'playwright-core';
import { bundlesFolder } from '../../../sample/01-quickstart/src/demo/bundles/bundles-folder.js';
import {
  LocalClerkController,
  LOCAL_CLERK_URL,
} from '../../../sample/01-quickstart/src/demo/local-clerk.controller.js';
import { PASSWORD } from '../../../sample/01-quickstart/src/demo/people.js';
import { startApp } from '../../support/start-app.js';
import { Clock } from './clock.js';
import { eventually } from './eventually.js';
import { launchWithPreferences, USER_AGENT } from './launch-browser.js';
import { PageSite } from './page-site.js';
import { PageTab } from './page-tab.js';
import { showPages } from './page-view.js';
import { sessionOfToken } from './session-of-token.js';
import { watch } from './watch.js';

/** Both kinds of instances, which differ in how the handshake travels. */
export const INSTANCES = ['development', 'production'] as const;

/** What differs from a site that has LocalClerk's own pages beside it. */
export interface SiteParts {
  readonly clerk?: ClerkOptions;
  readonly pages?: ClerkPagesOptions;
  /** Left out, any free one. */
  readonly port?: number;
}

/** What differs from a development instance with one such site. */
export interface PageParts extends SiteParts {
  readonly instanceType?: (typeof INSTANCES)[number];
  /** Whether the sites leave Clerk's telemetry on. Nothing of it gets anywhere: see `launch-browser.ts`. */
  readonly telemetry?: boolean;
  /** What somebody has chosen in the settings of the browser, as its profile writes it. */
  readonly preferences?: object;
}

/** Milliseconds: below Jest's own limit, so that the message says what never came. */
const PATIENCE = 15_000;

/** Clerk counts in a worker, whose clock cannot be put forward. Without workers it counts in the page. */
const NO_WORKERS = 'delete globalThis.Worker;';

/** Clerk, a site of pages, and a browser with nobody signed in: everything new, on one clock. */
export class PageStage {
  private readonly sites: INestApplication[] = [];

  /** What the sites answered, such as `401 prefetch /invoices`. */
  answers: readonly string[] = [];

  private constructor(
    readonly clerk: LocalClerk,
    readonly context: BrowserContext,
    /** What went wrong in the browser so far. */
    readonly complaints: readonly string[],
    private readonly home: string[],
    private readonly clock: Clock,
    private readonly profile: string,
  ) {}

  /** Of the site. */
  url = '';

  static async open(browser: Browser, parts: PageParts = {}): Promise<PageStage> {
    const { instanceType = 'development', telemetry = false } = parts;
    process.env.CLERK_TELEMETRY_DISABLED = String(!telemetry);
    const clock = new Clock();
    const { now } = clock;
    const bundles = bundlesFolder();
    const clerk = await LocalClerk.start({ instanceType, bundles, password: PASSWORD, now });
    const profile = await mkdtemp(join(tmpdir(), 'profile-'));
    const context = await (parts.preferences === undefined
      ? browser.newContext({ userAgent: USER_AGENT })
      : launchWithPreferences(profile, parts.preferences));
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript(NO_WORKERS);
    await context.clock.install({ time: now() });
    const home = telemetry ? [clerk.url, 'https://clerk-telemetry.com'] : [clerk.url];
    const stage = new PageStage(clerk, context, watch(context, home), home, clock, profile);
    // Cookies of production come from Clerk itself, and know names, not ports.
    const host = instanceType === 'production' ? '127.0.0.1' : 'localhost';
    stage.url = await stage.addSite(host, parts);
    return stage;
  }

  /** One more site of the same Clerk instance, on that name of this machine. @returns its origin */
  async addSite(host: string, parts: SiteParts = {}): Promise<string> {
    const { clerk } = this;
    const options = { ...clerk.options(), ...parts.clerk };
    const app = await startApp('express', {
      imports: [
        ClerkModule.forRoot(options),
        ClerkPagesModule.forRoot({ signInUrl: clerk.signInUrl, ...parts.pages }),
      ],
      controllers: [LocalClerkController, PageSite],
      providers: [{ provide: LOCAL_CLERK_URL, useValue: clerk.url }],
      now: this.clock.now,
      options: { rawBody: true },
      port: parts.port ?? 0,
      prepare: (site) => {
        site.use(this.note);
        showPages(site);
      },
    });
    this.sites.push(app);
    const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
    const url = `http://${host}:${String(port)}`;
    this.home.push(url, options.proxyUrl ?? clerk.url);
    return url;
  }

  private readonly note = (
    request: IncomingMessage & { originalUrl: string },
    response: ServerResponse,
    next: () => void,
  ): void => {
    response.on('finish', () => {
      const { 'sec-purpose': purpose = 'for', 'hx-request': htmx } = request.headers;
      const by = htmx === undefined ? purpose : 'htmx';
      const answer = `${String(response.statusCode)} ${String(by)} ${request.originalUrl}`;
      this.answers = [...this.answers, answer];
    });
    next();
  };

  async openTab(url = this.url): Promise<PageTab> {
    return new PageTab(await this.context.newPage(), url);
  }

  /** A tab in which somebody has signed in on LocalClerk's page, and is back. */
  async openTabAs(user: string, path = '/invoices'): Promise<PageTab> {
    const tab = await this.openTab();
    await tab.open(path);
    await tab.press(user);
    return tab;
  }

  /** On LocalClerk's page, and back at home. */
  async signOut(tab: PageTab): Promise<void> {
    const back = encodeURIComponent(`${this.url}/`);
    await tab.page.goto(`${this.clerk.url}/sign-out?redirect_url=${back}`);
    await tab.press('Sign out');
    await tab.shows('Home');
  }

  /** The session token in the browser's cookies; empty when there is none. */
  async sessionCookie(): Promise<string> {
    const cookies = await this.context.cookies(this.url);
    return cookies.find(({ name }) => name === '__session')?.value ?? '';
  }

  /** The same, as soon as it is so. */
  async sessionCookieThat(holds: (cookie: string) => boolean): Promise<string> {
    return eventually(() => this.sessionCookie(), holds);
  }

  /** The `sess_…` of that token. */
  async sessionId(): Promise<string> {
    return String(sessionOfToken(await this.sessionCookie()));
  }

  /** The `user_…` of a name. */
  userId(name: string): string {
    return this.clerk.updateUser(name, {}).id;
  }

  /** For everybody at once. */
  async forward(milliseconds: number): Promise<void> {
    this.clock.forward(milliseconds);
    await this.context.clock.fastForward(milliseconds);
  }

  async close(): Promise<void> {
    await this.context.close();
    for (const site of this.sites) await site.close();
    await this.clerk.stop();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 9 });
  }
}
