import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Get, Header, Post, Query, Render, Res } from '@nestjs/common';
import {
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  type Session,
} from 'nestjs-clerk-auth';
import { pageHtml } from './page-html.js';

const LETTER =
  '<form method="post"><label>Letter <input name="letter"></label><button>Send</button></form>';

/** A site of pages; each says whose it is. */
@Controller()
export class PageSite {
  @Get()
  @OptionalSession()
  @Header('content-type', 'text/html')
  home(@CurrentSession('userId') user: string | null): string {
    return pageHtml('Home', user);
  }

  @Get('invoices')
  @RequireSession()
  @Header('content-type', 'text/html')
  invoices(@CurrentSession('userId') user: string, @Query('q') q = ''): string {
    return pageHtml('Invoices', user, `<p id="query">${q}</p>`);
  }

  @Get('letters')
  @RequireSession()
  @Header('content-type', 'text/html')
  letters(@CurrentSession('userId') user: string): string {
    return pageHtml('Letters', user, LETTER);
  }

  @Post('letters')
  @RequireSession()
  @Header('content-type', 'text/html')
  write(@CurrentSession('userId') user: string, @Body('letter') letter: string): string {
    return pageHtml('Sent', user, `<p id="letter">${letter}</p>`);
  }

  /** A page that may have another one fetched ahead. */
  @Get('public')
  @Public()
  @Header('content-type', 'text/html')
  open(@Query('ahead') ahead?: 'prefetch' | 'prerender'): string {
    if (ahead === undefined) return pageHtml('Public', null);
    const rules = JSON.stringify({ [ahead]: [{ source: 'list', urls: ['/invoices'] }] });
    return pageHtml('Public', null, `<script type="speculationrules">${rules}</script>`);
  }

  @Get('live')
  @RequireSession({ live: true })
  @Header('content-type', 'text/html')
  live(@CurrentSession('userId') user: string): string {
    return pageHtml('Live', user);
  }

  /** Begins, and ends a moment later. */
  @Get('stream')
  @RequireSession()
  async stream(@CurrentSession() { userId }: Session, @Res() response: ServerResponse) {
    const [head = '', rest = ''] = pageHtml('Stream', userId, '<!-- cut -->').split('<!-- cut -->');
    response.writeHead(200, { 'content-type': 'text/html' }).write(head);
    await delay(100);
    response.end(`<p id="end">the end</p>${rest}`);
  }

  /** A page whose parts come by htmx: one at a click, and with `?eager` one at once. */
  @Get('board')
  @OptionalSession()
  @Header('content-type', 'text/html')
  board(@CurrentSession('userId') user: string | null, @Query('eager') eager?: string): string {
    const trigger = eager === undefined ? 'click' : 'load';
    const button = `<button hx-get="/part" hx-target="#part" hx-trigger="${trigger}">Load</button>`;
    const link = '<a href="/letters" hx-boost="true">Boosted</a>';
    const script = '<script src="/htmx.js"></script>';
    return pageHtml('Board', user, `${button}<div id="part"></div>${link}${script}`);
  }

  @Get('part')
  @RequireSession()
  @Header('content-type', 'text/html')
  part(@CurrentSession('userId') user: string): string {
    return `<p>part of ${user}</p>`;
  }

  @Get('htmx.js')
  @Public()
  @Header('content-type', 'text/javascript')
  htmx(): string {
    return readFileSync(
      createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'),
      'utf8',
    );
  }

  /** A page with Clerk's front end on it, which goes on from what the page was made with. */
  @Get('app')
  @RequireSession()
  @Render('App')
  app(): object {
    return {};
  }

  /** The same with a form on it. */
  @Get('desk')
  @RequireSession()
  @Render('Desk')
  desk(): object {
    return { more: LETTER.replace('<form', '<form action="/letters"') };
  }

  /** Clerk's form. */
  @Get('sign-in')
  @Public()
  @Render('Sign in')
  signIn(): object {
    return { more: '<div id="form"></div>' };
  }
}
