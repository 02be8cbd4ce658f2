import type { Locator, Page } from 'playwright-core';
import { PASSWORD } from '../../../sample/01-quickstart/src/demo/people.js';

/** What the page shows of an answer: the status, the code of a refusal, and under them the words. */
export interface Shown {
  readonly status: string;
  readonly code: string;
  readonly words: string;
}

export type Route = '/public' | '/maybe' | '/me' | '/me/live';

/** How the page proves who it is. */
export type Proof = 'cookie' | 'bearer';

const OUTAGE = 'Clerk’s Backend API is down';

/** More controls than the page has. */
const MANY = 60;

/** The page in a tab, as somebody sees and uses it. */
export class Tab {
  constructor(readonly page: Page) {}

  /** Clerk's front end is there, and the page has nothing more to say. */
  async ready(): Promise<void> {
    await this.page.locator('#notice').waitFor({ state: 'hidden' });
  }

  async signIn(emailAddress: string, password = PASSWORD): Promise<void> {
    await this.fillIn(emailAddress, password);
    await this.actsFor(emailAddress);
  }

  /** Clerk's own form, which asks twice. */
  async fillIn(emailAddress: string, password: string): Promise<void> {
    await this.page.getByLabel('Email address').fill(emailAddress);
    await this.page.keyboard.press('Enter');
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.keyboard.press('Enter');
  }

  async addAccount(emailAddress: string): Promise<void> {
    await this.press('Add another account');
    await this.signIn(emailAddress);
  }

  /** As the page lists it. */
  account(emailAddress: string): Locator {
    return this.page.getByRole('radio', { name: emailAddress });
  }

  /** Resolves when this tab acts for them. */
  async actsFor(emailAddress: string): Promise<void> {
    await this.account(emailAddress).and(this.page.locator(':checked')).waitFor();
  }

  async switchTo(emailAddress: string): Promise<void> {
    await this.account(emailAddress).click();
    await this.actsFor(emailAddress);
  }

  /** Of an account that is listed. */
  async sessionIdOf(emailAddress: string): Promise<string> {
    const label = this.page.locator('label').filter({ has: this.account(emailAddress) });
    return label.locator('small').innerText();
  }

  /** Clerk's sign-in form is there again. */
  async asksToSignIn(): Promise<void> {
    await this.page.getByLabel('Email address').waitFor();
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Resolves when it is so. */
  async turnClerkOff(off: boolean): Promise<void> {
    const done = this.page.waitForResponse('**/_local/outage');
    await this.turn(OUTAGE, off);
    await done;
  }

  async isClerkOff(): Promise<boolean> {
    return this.page.getByRole('switch', { name: OUTAGE }).isChecked();
  }

  async turn(name: string, on: boolean): Promise<void> {
    await this.page.getByRole('switch', { name }).setChecked(on);
  }

  /** What the page shows after a press on the button of that route. */
  async call(route: Route): Promise<Readonly<Record<Proof, Shown>>> {
    await this.press(`GET ${route}`);
    return { cookie: await this.shown(route, 'cookie'), bearer: await this.shown(route, 'bearer') };
  }

  /** Clerk's library tries to get a token for minutes; who looks at the cookie alone need not wait for it. */
  async callByCookie(route: Route): Promise<Shown> {
    await this.press(`GET ${route}`);
    return this.shown(route, 'cookie');
  }

  async shown(route: Route, by: Proof): Promise<Shown> {
    const button = this.page.getByRole('button', { name: `GET ${route}`, exact: true });
    const row = this.page.locator('.route').filter({ has: button });
    return read(row.locator(`[data-by=${by}] output`));
  }

  async revoke(): Promise<Shown> {
    await this.press('Revoke this session');
    return read(this.page.locator('#revoked'));
  }

  /** Goes there with the Tab key alone. */
  async tabTo(control: Locator): Promise<void> {
    await control.waitFor();
    const focused = control.and(this.page.locator(':focus'));
    for (let step = 0; step < MANY; step += 1) {
      if ((await focused.count()) > 0) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`The Tab key does not lead to ${control.toString()}.`);
  }
}

async function read(output: Locator): Promise<Shown> {
  const [status, code, words] = ['strong', 'code', 'pre'].map((name) => output.locator(name));
  return {
    status: (await status?.innerText()) ?? '',
    code: (await code?.innerText()) ?? '',
    words: (await words?.innerText()) ?? '',
  };
}
