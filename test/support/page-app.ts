import type { AddressInfo } from 'node:net';
import { Controller, Get, Param, Post, type INestApplication } from '@nestjs/common';
import {
  ClerkModule,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  UnauthenticatedException,
  type ClerkOptions,
  type Session,
  type UnauthenticatedCode,
} from 'nestjs-clerk-auth';
import { ClerkPagesModule, type ClerkPagesOptions } from 'nestjs-clerk-auth/pages';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { startApp, type Adapter, type AppParts } from './start-app.js';

/** Pages of every kind; each says whose it is. */
@Controller()
export class PagesController {
  @Get()
  @OptionalSession()
  home(@CurrentSession('userId') user: string | null): string {
    return `home of ${user ?? 'a guest'}`;
  }

  @Get('invoices')
  @RequireSession()
  invoices(@CurrentSession() session: Session): string {
    return `invoices of ${session.userId}`;
  }

  @Post('invoices')
  @RequireSession()
  write(@CurrentSession() session: Session): string {
    return `written by ${session.userId}`;
  }

  @Get('invoices/own')
  @OptionalSession()
  own(@CurrentSession('userId') user: string | null): string {
    if (user === null) throw new UnauthenticatedException();
    return `own of ${user}`;
  }

  @Get('orgs/:org')
  @RequireSession({ organization: { param: 'org' } })
  organization(@CurrentSession() session: Session): string {
    return `organization ${session.organization?.id ?? ''}`;
  }

  @Get('teams/:team')
  @RequireSession({ organization: { slug: 'team' } })
  team(@CurrentSession() session: Session): string {
    return `team ${session.organization?.slug ?? ''}`;
  }

  @Get('admin')
  @RequireSession({ role: 'org:admin' })
  admin(): string {
    return 'admin';
  }

  @Get('live')
  @RequireSession({ live: true })
  live(@CurrentSession() session: Session): string {
    return `live ${session.userId}`;
  }

  @Get('guarded-sign-in')
  @RequireSession()
  guardedSignIn(): string {
    return 'signed in';
  }

  @Get('public')
  @Public()
  open(): string {
    return 'public';
  }
}

/** Refuses in words of its own, as a handler does that has asked Clerk by itself. */
@Controller('refused')
export class RefusingController {
  @Get(':code')
  @OptionalSession()
  refuse(@Param('code') code: UnauthenticatedCode): never {
    throw new UnauthenticatedException(code);
  }
}

export interface PageAppOptions extends Omit<AppParts, 'imports'> {
  readonly clerk?: ClerkOptions;
  readonly pages?: ClerkPagesOptions;
}

/** An application of pages before this Clerk. */
export interface PageApp {
  readonly app: INestApplication;
  readonly origin: string;
  /** The address of a page. */
  readonly at: (path: string) => string;
}

export async function startPages(
  adapter: Adapter,
  clerk: LocalClerk,
  { clerk: options, pages, ...parts }: PageAppOptions = {},
): Promise<PageApp> {
  const said = { ...clerk.options(), jwtKey: clerk.jwtKey, proxyUrl: clerk.url };
  const app = await startApp(adapter, {
    controllers: [PagesController],
    ...parts,
    imports: [
      ClerkModule.forRoot({ ...said, ...options }),
      ClerkPagesModule.forRoot({ signInUrl: clerk.signInUrl, ...pages }),
    ],
  });
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const origin = `http://127.0.0.1:${String(port)}`;
  return { app, origin, at: (path) => `${origin}${path}` };
}
