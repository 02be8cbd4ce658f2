import { Controller, Get, Post, UseGuards } from '@nestjs/common';
import { AcceptTokens, AuthGuard, Public, RequireSession } from 'nestjs-clerk-auth';
import type { LocalClerk, SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';

/** Ids of users whom the predicate of `/staff` lets in. */
export const STAFF = new Set<string>();

/** Routes by which each outcome of a look can be had. */
@Controller()
export class OutcomesController {
  @Get('me')
  @RequireSession()
  me(): string {
    return 'me';
  }

  @Post('me')
  @RequireSession()
  change(): string {
    return 'changed';
  }

  @Get('keys')
  @AcceptTokens('api_key')
  keys(): string {
    return 'keys';
  }

  @Get('admin')
  @RequireSession({ role: 'org:admin' })
  admin(): string {
    return 'admin';
  }

  @Get('staff')
  @RequireSession({ predicate: (session) => STAFF.has(session.userId) })
  staff(): string {
    return 'staff';
  }

  @Get('live')
  @RequireSession({ live: true })
  live(): string {
    return 'live';
  }

  /** As many guards as there can be. */
  @Get('crowd')
  @RequireSession()
  @UseGuards(AuthGuard, AuthGuard)
  crowd(): string {
    return 'crowd';
  }

  @Get('public')
  @Public()
  open(): string {
    return 'public';
  }
}

/** One way to come to each of the six outcomes. */
export interface Outcome {
  readonly kind: string;
  readonly status: number;
  /** Of the refusal; `undefined` where there is none. */
  readonly code?: string;
  readonly ask: (server: unknown, clerk: LocalClerk, ada: SignedIn) => request.Test;
}

type Server = Parameters<typeof request>[0];

export const OUTCOMES: readonly Outcome[] = [
  {
    kind: 'authenticated',
    status: 200,
    ask: (server, _clerk, ada) =>
      request(server as Server)
        .get('/me')
        .set('Authorization', ada.header),
  },
  {
    kind: 'machine',
    status: 200,
    ask: (server, clerk) => {
      const { secret } = clerk.createApiKey({ subject: 'user_ada' });
      return request(server as Server)
        .get('/keys')
        .set('Authorization', `Bearer ${secret}`);
    },
  },
  {
    kind: 'anonymous',
    status: 401,
    code: 'session_required',
    ask: (server) => request(server as Server).get('/me'),
  },
  {
    kind: 'cross_site',
    status: 403,
    code: 'cross_site_request',
    ask: (server, _clerk, ada) =>
      request(server as Server)
        .post('/me')
        .set('Cookie', ada.cookie)
        .set('Origin', 'https://evil.example.com')
        .set('Sec-Fetch-Site', 'cross-site'),
  },
  {
    kind: 'rejected',
    status: 401,
    code: 'token_expired',
    ask: (server, clerk, ada) => {
      const expired = clerk.mint({ session: ada, expiresIn: -60 });
      return request(server as Server)
        .get('/me')
        .set('Authorization', `Bearer ${expired}`);
    },
  },
  {
    kind: 'unavailable',
    status: 503,
    code: 'authority_unavailable',
    ask: (server, clerk, ada) => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      return request(server as Server)
        .get('/me')
        .set('Cookie', ada.clientCookie);
    },
  },
];
