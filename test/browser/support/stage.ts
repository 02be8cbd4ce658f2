import type { INestApplication } from '@nestjs/common';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { Browser, BrowserContext } from 'playwright-core';
import { bundlesFolder } from '../../../sample/01-quickstart/src/demo/bundles/bundles-folder.js';
import { PASSWORD } from '../../../sample/01-quickstart/src/demo/people.js';
import { Clock, SECOND } from './clock.js';
import { eventually } from './eventually.js';
import { USER_AGENT } from './launch-browser.js';
import { playFrontendApi } from './play-frontend-api.js';
import { startDemo, urlOf } from './start-demo.js';
import { Tab } from './tab.js';
import { watch } from './watch.js';

/** Clerk counts in a worker, whose clock cannot be put forward. Without workers it counts in the page. */
const NO_WORKERS = 'delete globalThis.Worker;';

/** Milliseconds: below Jest's own limit, so that the message says what never came. */
const PATIENCE = 15_000;

/** What the app takes LocalClerk for: its own, or the Clerk instance that its keys belong to. */
export type Part = 'local-clerk' | 'clerk';

/** Clerk, the app, and a browser with nobody signed in: everything new, on one clock. */
export class Stage {
  private constructor(
    readonly clerk: LocalClerk,
    readonly url: string,
    /** What went wrong in the browser so far. */
    readonly complaints: readonly string[],
    private readonly app: INestApplication,
    private readonly context: BrowserContext,
    private readonly clock: Clock,
  ) {}

  static async open(browser: Browser, part: Part = 'local-clerk'): Promise<Stage> {
    const clock = new Clock();
    const { now } = clock;
    const clerk = await LocalClerk.start({ bundles: bundlesFolder(), password: PASSWORD, now });
    const demo = { options: clerk.options(), now };
    const app = await startDemo(part === 'clerk' ? demo : { ...demo, clerk });
    const context = await openContext(browser, now());
    const home = part === 'clerk' ? [urlOf(app), clerk.issuer] : [urlOf(app)];
    if (part === 'clerk') await playFrontendApi(clerk, context);
    return new Stage(clerk, urlOf(app), watch(context, home), app, context, clock);
  }

  /** One more tab of the browser, with the page in it and Clerk's front end ready. */
  async openTab(): Promise<Tab> {
    const tab = await this.openBareTab();
    await tab.ready();
    return tab;
  }

  /** The same, whatever becomes of Clerk's front end. */
  async openBareTab(): Promise<Tab> {
    const page = await this.context.newPage();
    await page.goto(this.url);
    return new Tab(page);
  }

  /** For everybody at once; what falls due happens in the browser. */
  async forward(milliseconds: number): Promise<void> {
    this.clock.forward(milliseconds);
    await this.context.clock.fastForward(milliseconds);
  }

  /** In the browser nothing falls due anymore: what happens there is what somebody does. */
  async holdTime(): Promise<void> {
    await this.context.clock.pauseAt(this.clock.now() + SECOND);
  }

  /** The session token that all tabs send by themselves; empty when there is none. */
  async sessionCookie(): Promise<string> {
    const cookies = await this.context.cookies();
    return cookies.find(({ name }) => name === '__session')?.value ?? '';
  }

  /** The same, as soon as it is so. */
  async sessionCookieThat(holds: (cookie: string) => boolean): Promise<string> {
    return eventually(() => this.sessionCookie(), holds);
  }

  /** What `/me` answers to whoever holds the token. */
  async statusWith(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${this.url}/me`, { headers })).status;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.app.close();
    await this.clerk.stop();
  }
}

async function openContext(browser: Browser, time: number): Promise<BrowserContext> {
  const context = await browser.newContext({ userAgent: USER_AGENT });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(NO_WORKERS);
  await context.clock.install({ time });
  return context;
}
