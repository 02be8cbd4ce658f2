import type { INestApplication } from '@nestjs/common';
import { pageHtml } from './page-html.js';

/** What the door gives to every view, under this name. */
interface Locals {
  readonly clerk: { readonly userId: string | null; readonly scripts: string };
  readonly more?: string;
}

/** The view engine of this site: Express asks it as it asks those that read files. */
class PageView {
  readonly path: string;

  constructor(readonly name: string) {
    this.path = name;
  }

  render({ clerk, more = '' }: Locals, done: (error: null, html: string) => void): void {
    done(null, pageHtml(this.name, clerk.userId, `${more}${WHEN_READY}${clerk.scripts}`));
  }
}

/** Says on the page whom Clerk's front end knows, and shows its form where there is room for it. */
const WHEN_READY = `<script>
addEventListener('clerk:ready', () => {
  document.body.dataset.clerk = Clerk.user ? Clerk.user.id : 'nobody';
  const form = document.getElementById('form');
  if (form) Clerk.mountSignIn(form);
});
</script>`;

/** Has the site's `@Render()` make pages. */
export function showPages(site: INestApplication): void {
  const express = site.getHttpAdapter().getInstance() as {
    set(name: string, value: unknown): void;
  };
  express.set('view', PageView);
}
