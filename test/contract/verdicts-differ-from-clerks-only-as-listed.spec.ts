import { createClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AcceptTokens, ClerkModule, RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { startApp } from '../support/start-app.js';
import { readDocument } from './support/documents.js';
import { CASES, suffixOf, type Case, type Cast, type Headers } from './support/verdict-cases.js';

@Controller()
class Doors {
  @Get('session')
  @RequireSession()
  session() {
    return {};
  }

  @Get('any')
  @AcceptTokens('session_token', 'api_key', 'm2m_token', 'oauth_token')
  any() {
    return {};
  }
}

/** The name of the cookie that development instances give to every browser; comes in both sets. */
const DEV_BROWSER = '__clerk_db_jwt';

/** What became of a request: let in, not let in, or something fell over. */
type Verdict = 'in' | 'out' | 'crash';

/** The official package in front of the same Clerk, asked about the same request: a second opinion. */
describe('our verdict and that of @clerk/backend', () => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let cast: Cast;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    const ada: SignedIn = clerk.signIn('ada');
    cast = { clerk, ada, bob: clerk.signIn('bob', { client: ada }), zoe: clerk.signIn('zoe') };
    const imports = [ClerkModule.forRoot({ ...clerk.options(), issuer: clerk.issuer })];
    app = await startApp('express', { imports, controllers: [Doors] });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  async function ours(path: string, headers: Headers): Promise<Verdict> {
    const { status } = await request(app.getHttpServer()).get(path).set(headers);
    if (status === 200) return 'in';
    return status === 401 ? 'out' : 'crash';
  }

  async function theirs(path: string, headers: Headers): Promise<Verdict> {
    const { secretKey, publishableKey, url: apiUrl } = clerk;
    const telemetry = { disabled: true };
    const client = createClerkClient({ secretKey, publishableKey, apiUrl, telemetry });
    const asked = new Request(`http://localhost:3000${path}`, { headers });
    const acceptsToken = path.startsWith('/any') ? 'any' : 'session_token';
    try {
      const { isAuthenticated } = await client.authenticateRequest(asked, { acceptsToken });
      return isAuthenticated ? 'in' : 'out';
    } catch {
      return 'crash';
    }
  }

  /** As the browser of a development instance sends it, unless a case says otherwise. */
  function headersOf({ headers, isStrangeBrowser = false }: Case): Headers {
    const { cookie, ...others } = headers(cast);
    if (cookie === undefined || isStrangeBrowser) return headers(cast);
    const browser = [DEV_BROWSER, `${DEV_BROWSER}_${suffixOf(cast.ada)}`].map(
      (name) => `${name}=dvb_1`,
    );
    return { ...others, cookie: [...browser, cookie].join('; ') };
  }

  it.each(CASES)('$name', async (made) => {
    const path = typeof made.path === 'function' ? made.path(cast) : (made.path ?? '/session');
    const sent = headersOf(made);
    const verdicts = { ours: await ours(path, sent), theirs: await theirs(path, sent) };
    const { verdict } = made;
    expect(verdicts).toEqual({ ours: verdict, theirs: made.difference?.theirs ?? verdict });
  });

  it('are told apart in docs/protocol.md, each difference with its reason', () => {
    const page = readDocument('docs/protocol.md').text;
    for (const { name, difference } of CASES) {
      if (difference === undefined) continue;
      expect(difference.theirs).not.toBe(CASES.find((made) => made.name === name)?.verdict);
      expect(page).toContain(difference.listedAs);
    }
  });
});
