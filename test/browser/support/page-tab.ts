import type { Page, Response } from 'playwright-core';

/** A tab of the browser, in which somebody looks at pages. */
export class PageTab {
  /** What came for the address bar since `forgetHops`, such as `307 /invoices`: redirects and all. */
  hops: readonly string[] = [];

  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.on('response', (response) => {
      if (isForTheBar(response)) this.hops = [...this.hops, hopOf(response)];
    });
  }

  forgetHops(): void {
    this.hops = [];
  }

  /** Types an address of the site. @returns the status of what is shown in the end */
  async open(path: string): Promise<number> {
    return (await this.page.goto(`${this.url}${path}`))?.status() ?? 0;
  }

  /** Follows a link of the page. */
  async follow(label: string): Promise<void> {
    await this.page.getByRole('link', { name: label, exact: true }).click();
    await this.page.waitForLoadState();
  }

  async press(label: string): Promise<void> {
    await this.page.getByRole('button', { name: label, exact: true }).click();
    await this.page.waitForLoadState();
  }

  /** Resolves when a page of that title is there. */
  async shows(title: string): Promise<void> {
    await this.page.getByRole('heading', { name: title, exact: true }).waitFor();
  }

  /** What the page is, and for whom it was made. */
  async seen(): Promise<readonly [title: string, who: string]> {
    const title = await this.page.locator('h1').innerText();
    return [title, await this.page.locator('#who').innerText()];
  }

  /** Whom Clerk's front end knows, once it is there. */
  async knownToClerk(): Promise<string | null> {
    await this.page.locator('body[data-clerk]').waitFor();
    return this.page.locator('body').getAttribute('data-clerk');
  }

  async text(): Promise<string> {
    return (await this.page.locator('body').innerText()).trim();
  }

  /** What stands in the bar, behind the origin of the site. */
  get address(): string {
    return this.page.url().replace(this.url, '');
  }
}

function isForTheBar(response: Response): boolean {
  const request = response.request();
  return request.isNavigationRequest() && response.frame().parentFrame() === null;
}

function hopOf(response: Response): string {
  return `${String(response.status())} ${new URL(response.url()).pathname}`;
}
