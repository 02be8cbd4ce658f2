import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import SwaggerParser from '@apidevtools/swagger-parser';
import {
  Controller,
  Get,
  Module,
  Scope,
  VersioningType,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import {
  AuthGuard,
  ClerkModule,
  ConfigurationError,
  Public,
  RequireSession,
  RouteAudit,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { documentAccess } from 'nestjs-clerk-auth/swagger';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import {
  CatalogController,
  DOCUMENTED,
  EveryMethodController,
  NotesController,
  StaffController,
} from '../support/documented-controllers.js';
import { ADAPTERS, startApp, type Adapter, type AppParts } from '../support/start-app.js';

interface Operation {
  readonly operationId?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, Answer>>;
  readonly 'x-clerk'?: { readonly protection: string; readonly accepts: readonly string[] };
}

interface Answer {
  readonly description?: string;
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
}

interface Documented {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function operationsOf(document: OpenAPIObject): Documented[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Operation>>).map(([method, operation]) => {
      return { method, path, operation };
    }),
  );
}

function config(
  change: (builder: DocumentBuilder) => DocumentBuilder = (same) => same,
): ReturnType<DocumentBuilder['build']> {
  return change(new DocumentBuilder().setTitle('Notes')).build();
}

/** What is ours in a document, by operation. */
function accessIn(document: OpenAPIObject): Record<string, object> {
  return Object.fromEntries(
    operationsOf(document).map(({ method, path, operation }) => {
      const { security, responses, ...rest } = operation;
      return [
        `${method} ${path}`,
        { security: security ?? 'untouched', responses, 'x-clerk': rest['x-clerk'] },
      ];
    }),
  );
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CONSUMER = '../contract/consumers/nest11-doors/src';

let clerk: LocalClerk;
let app: INestApplication | undefined;

beforeAll(async () => {
  clerk = await LocalClerk.start();
});

afterAll(async () => {
  await clerk.stop();
});

beforeEach(() => {
  clerk.outage(false);
});

afterEach(async () => {
  await app?.close();
  app = undefined;
});

function organizationIn(token: string): string {
  const [, payload = ''] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  return (JSON.parse(text) as { o: { id: string } }).o.id;
}

const GLOBAL = [{ provide: APP_GUARD, useExisting: AuthGuard }];

async function start(
  adapter: Adapter,
  parts: Partial<AppParts> = {},
  options: ClerkOptions = {},
): Promise<INestApplication> {
  const written = { ...clerk.options(), jwtKey: clerk.jwtKey, ...options };
  app = await startApp(adapter, {
    imports: [ClerkModule.forRoot(written)],
    controllers: DOCUMENTED,
    providers: GLOBAL,
    prepare: (made) => made.enableVersioning(),
    ...parts,
  });
  return app;
}

function documentOf(made: INestApplication, spec = config()): OpenAPIObject {
  return documentAccess(made, () => SwaggerModule.createDocument(made, spec));
}

describe.each(ADAPTERS)('on %s, what the document says', (adapter) => {
  let document: OpenAPIObject;
  let server: INestApplication;
  let able: SignedIn;
  let poor: SignedIn;
  let orgId: string;

  beforeEach(async () => {
    server = await start(adapter, {
      prepare: (made) => {
        made.enableVersioning();
        made.setGlobalPrefix('api', { exclude: ['catalog/list'] });
      },
    });
    document = documentOf(server);
    able = clerk.signIn('ada', {
      organization: { slug: 'acme', role: 'admin', permissions: ['org:notes:read'] },
      features: ['export'],
      plans: ['gold'],
    });
    orgId = organizationIn(able.sessionToken);
    poor = clerk.signIn('bob');
  });

  async function ask(
    { method, path }: Documented,
    headers: Record<string, string>,
  ): Promise<request.Response> {
    const url = path.replace('{orgId}', orgId);
    const verb = method as 'get';
    return request(server.getHttpServer())[verb](url).set(headers);
  }

  it('is what callers without a session get', async () => {
    const told = operationsOf(document);
    expect(told.length).toBeGreaterThan(15);
    for (const each of told) {
      const { security = [], responses } = each.operation;
      const response = await ask(each, {});
      const isOpen = isWrittenByHand(each) ? false : security.length === 0 || hasEmpty(security);
      const where = `${each.method} ${each.path}`;
      expect({ where, status: response.status < 300 ? 'in' : response.status }).toEqual({
        where,
        status: isOpen ? 'in' : 401,
      });
      if (isOpen) continue;
      expect(Object.keys(responses)).toContain('401');
      expect(Object.keys(responses['401']?.headers ?? {})).toEqual(['WWW-Authenticate']);
      expect(response.headers).toHaveProperty('www-authenticate');
      expect({ where, hasBody: response.text !== '' }).toEqual({ where, hasBody: false });
    }
  });

  it('is what callers with an invalid token get', async () => {
    for (const each of operationsOf(document)) {
      const { responses } = each.operation;
      const response = await ask(each, { authorization: 'Bearer a.b.c' });
      const where = `${each.method} ${each.path}`;
      const isTold = Object.keys(responses).includes('401');
      expect({ where, isRefused: response.status === 401 }).toEqual({ where, isRefused: isTold });
    }
  });

  it.each(['session', 'sessionCookie'])('is what a session gets by the way %s', async (way) => {
    let seen = 0;
    for (const each of operationsOf(document)) {
      const { security = [], responses } = each.operation;
      if (!security.some((one) => way in one)) continue;
      seen += 1;
      const where = `${each.method} ${each.path}`;
      for (const [who, mayFail] of [
        [able, false],
        [poor, true],
      ] as const) {
        const headers = way === 'session' ? { authorization: who.header } : { cookie: who.cookie };
        const response = await ask(each, headers);
        const codes = codesOf(responses['403']);
        if (response.status === 403) {
          expect({ where, mayFail }).toEqual({ where, mayFail: true });
          expect(codes).toContain((response.body as { code: string }).code);
          const type = response.headers['content-type'] ?? '';
          expect(Object.keys(responses['403']?.content ?? {})).toEqual([type.split(';')[0]]);
        } else {
          expect({ where, status: response.status < 300 }).toEqual({ where, status: true });
        }
      }
    }
    expect(seen).toBeGreaterThan(8);
  });

  it('is what machines get', async () => {
    const oauth = clerk.createOAuthToken({ user: able, scopes: ['notes:read'] });
    const weak = clerk.createOAuthToken({ user: able, scopes: ['profile'] });
    const key = clerk.createApiKey({ subject: able });
    let seen = 0;
    for (const each of operationsOf(document)) {
      const { security = [], responses } = each.operation;
      const where = `${each.method} ${each.path}`;
      for (const [name, authorization, isAble] of [
        ['oauthToken', oauth.header, true],
        ['oauthToken', weak.header, false],
        ['apiKey', key.header, true],
      ] as const) {
        const response = await ask(each, { authorization });
        if (security.some((way) => name in way)) {
          seen += 1;
          const status = response.status < 300 ? 'in' : response.status;
          expect({ where, name, status }).toEqual({ where, name, status: isAble ? 'in' : 403 });
        } else if (each.operation['x-clerk']?.protection === 'required') {
          expect({ where, name, status: [401, 403].includes(response.status) }).toEqual({
            where,
            name,
            status: true,
          });
        }
        if (response.status === 403) {
          expect(codesOf(responses['403'])).toContain((response.body as { code: string }).code);
        }
      }
    }
    expect(seen).toBe(3);
  });

  it('is what callers get in an outage, and from pages of other sites', async () => {
    const told = operationsOf(document);
    clerk.outage(true);
    const live = told.find(({ path }) => path.endsWith('{orgId}'));
    if (live === undefined) throw new Error('There is no live route.');
    const response = await ask(live, { authorization: able.header });
    expect(response.status).toBe(503);
    expect(response.headers).toHaveProperty('retry-after');
    expect(Object.keys(live.operation.responses['503']?.headers ?? {})).toEqual(['Retry-After']);

    const post = told.find(({ method }) => method === 'post');
    if (post === undefined) throw new Error('There is no POST.');
    const forged = await ask(post, {
      cookie: able.cookie,
      origin: 'https://evil.example.com',
      'sec-fetch-site': 'cross-site',
    });
    expect(forged.status).toBe(403);
    expect(codesOf(post.operation.responses['403'])).toEqual(['cross_site_request']);
    expect((forged.body as { code: string }).code).toBe('cross_site_request');
  });

  function hasEmpty(security: NonNullable<Operation['security']>): boolean {
    return security.some((way) => Object.keys(way).length === 0);
  }

  /** What the application said itself is its own affair. */
  function isWrittenByHand({ path }: Documented): boolean {
    return path.endsWith('/own-operation');
  }

  function codesOf(answer: Answer | undefined): readonly string[] {
    const [content] = Object.values(answer?.content ?? {});
    return content?.schema.properties?.code?.enum ?? [];
  }
});

describe('the document', () => {
  it('is the one that Nest 11 gives as well', async () => {
    const made = await start('express');
    const listed: unknown = JSON.parse(readFileSync(here(`${CONSUMER}/documented.json`), 'utf8'));
    expect(accessIn(documentOf(made))).toEqual(listed);
    expect(readFileSync(here(`${CONSUMER}/documented-controllers.ts`), 'utf8')).toBe(
      readFileSync(here('../support/documented-controllers.ts'), 'utf8'),
    );
  });

  it.each(['3.0.0', '3.1.0'])('is valid OpenAPI %s', async (version) => {
    const made = await start('express');
    const document = documentOf(
      made,
      config((builder) => builder.setOpenAPIVersion(version)),
    );
    expect(document.openapi).toBe(version);
    const copy = JSON.parse(JSON.stringify(document)) as never;
    await expect(SwaggerParser.validate(copy)).resolves.toBeDefined();
  });

  it('bears no mark, and leaves none for the next one', async () => {
    const made = await start('express');
    const plain = (): OpenAPIObject => SwaggerModule.createDocument(made, config());
    const before = plain();
    const first = documentOf(made);
    expect(JSON.stringify(first)).not.toContain('nestjs-clerk-auth');
    expect(plain()).toEqual(before);
    expect(documentOf(made)).toEqual(first);
    expect(() =>
      documentAccess(made, () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(plain()).toEqual(before);
  });

  it('takes back for public routes what is demanded of all', async () => {
    const made = await start('express', { providers: [] });
    const document = documentOf(
      made,
      config((builder) => builder.addSecurityRequirements('everywhere')),
    );
    const ways = accessIn(document);
    expect(document.security).toEqual([{ everywhere: [] }]);
    expect(ways['get /notes/open']).toMatchObject({ security: [] });
    // Nobody guards it: what the document demands of all may be true of it.
    expect(ways['get /notes/silent']).toMatchObject({
      security: 'untouched',
      'x-clerk': { protection: 'unguarded', accepts: [], demands: [] },
    });
  });

  it('knows a guard that useGlobalGuards() added before', async () => {
    let guarded: OpenAPIObject | undefined;
    await start('express', {
      providers: [],
      prepare: (made) => {
        made.enableVersioning();
        made.useGlobalGuards(made.get(AuthGuard));
        guarded = documentOf(made);
      },
    });
    if (guarded === undefined) throw new Error('There is no document.');
    expect(accessIn(guarded)['get /notes/silent']).toMatchObject({
      security: [{ session: [] }, { sessionCookie: [] }],
      'x-clerk': { protection: 'required' },
    });
  });

  it('finds its way through modules with prefixes, request scopes and headers that name a version', async () => {
    @Controller({ path: 'things', version: '1', scope: Scope.REQUEST })
    class ScopedController {
      @Get()
      @RequireSession({ role: 'org:admin' })
      all(): string {
        return 'ran';
      }
    }
    @Module({ controllers: [ScopedController] })
    class ThingsModule {}
    const made = await start('express', {
      imports: [
        ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey }),
        RouterModule.register([{ path: 'shop', module: ThingsModule }]),
        ThingsModule,
      ],
      controllers: [],
      prepare: (prepared) => {
        prepared.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
        prepared.setGlobalPrefix('api');
      },
    });
    const told = accessIn(documentOf(made));
    expect(Object.keys(told)).toEqual(['get /api/shop/things']);
    expect(told['get /api/shop/things']).toMatchObject({
      'x-clerk': { protection: 'required', demands: [{ kind: 'role', anyOf: ['org:admin'] }] },
    });
    await request(made.getHttpServer() as never)
      .get('/api/shop/things')
      .set('x-version', '1')
      .expect(401);
  });

  it('tells no body of 401 where two instances of Clerk differ in it', async () => {
    const options = { ...clerk.options(), jwtKey: clerk.jwtKey };
    @Module({
      imports: [ClerkModule.forRoot({ ...options, isGlobal: false, errorBody: 'problem' })],
    })
    class OtherModule {}
    const made = await start('express', {
      imports: [ClerkModule.forRoot(options), OtherModule],
      controllers: [StaffController],
    });
    expect(accessIn(documentOf(made))['get /staff/list']).toMatchObject({
      responses: { '401': expect.not.objectContaining({ content: expect.anything() }) },
    });
  });

  it('names only schemes and schemas that it uses, and keeps those of the application', async () => {
    const made = await start('express', { providers: [], controllers: [CatalogController] });
    const { components } = documentOf(made);
    expect(components?.securitySchemes).toBeUndefined();
    expect(components?.schemas).toEqual({});

    await made.close();
    const other = await start('express', { controllers: [StaffController] });
    const spec = config((builder) =>
      builder.addBearerAuth({ type: 'http', scheme: 'own' }, 'session'),
    );
    const own = documentOf(other, spec);
    expect(Object.keys(own.components?.securitySchemes ?? {}).sort()).toEqual([
      'session',
      'sessionCookie',
    ]);
    expect(own.components?.securitySchemes?.session).toMatchObject({ scheme: 'own' });
    expect(Object.keys(own.components?.schemas ?? {})).toEqual(['ClerkProblem']);
  });

  it.each([
    ['problem', 'application/problem+json', 'ClerkProblem'],
    ['nest', 'application/json', 'ClerkError'],
  ] as const)('tells the bodies of errorBody: %s', async (errorBody, type, name) => {
    const made = await start('express', { controllers: [StaffController] }, { errorBody });
    const document = documentOf(made);
    const [each] = operationsOf(document);
    const reference = { $ref: `#/components/schemas/${name}` };
    expect(each?.operation.responses['401']?.content).toEqual({ [type]: { schema: reference } });
    expect(each?.operation.responses['503']?.content).toEqual({ [type]: { schema: reference } });
    expect(Object.keys(each?.operation.responses['403']?.content ?? {})).toEqual([type]);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual([name]);

    const server = made.getHttpServer() as never;
    const schema = document.components?.schemas?.[name] as { required: string[] };
    const nobody = await request(server).get('/staff/list').expect(401);
    expect(Object.keys(nobody.body as object).sort()).toEqual([...schema.required].sort());
    expect(nobody.headers['content-type']).toContain(type);
    const poor = clerk.signIn('bob');
    const denied = await request(server)
      .get('/staff/list')
      .set('authorization', poor.header)
      .expect(403);
    expect(Object.keys(denied.body as object).sort()).toEqual([...schema.required].sort());
    expect(denied.headers['content-type']).toContain(type);
  });

  it('says nothing of pages of other sites where crossSite allows them', async () => {
    const made = await start('express', {}, { crossSite: 'allow' });
    expect(accessIn(documentOf(made))['post /notes/new']).not.toHaveProperty('responses.403');
  });

  it('says it of every method of @All()', async () => {
    const made = await start('express', { controllers: [EveryMethodController] });
    const told = operationsOf(documentOf(made));
    expect(told.map(({ method }) => method)).toContain('search');
    for (const { method, operation } of told) {
      expect({ method, kind: operation['x-clerk']?.protection }).toEqual({
        method,
        kind: 'required',
      });
    }
  });

  it('that was made before is refused, rather than left as it was', async () => {
    const made = await start('express');
    const before = SwaggerModule.createDocument(made, config());
    const attempt = (): unknown => documentAccess(made, () => before);
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).toThrow(/call SwaggerModule\.createDocument\(\) .* inside/);
  });

  it('has pages that no guard stands before', async () => {
    const made = await start('express', {
      prepare: (prepared) => {
        prepared.enableVersioning();
        SwaggerModule.setup('docs', prepared, documentOf(prepared));
      },
    });
    const server = made.getHttpServer() as never;
    await request(server).get('/docs').expect(200);
    const { body } = await request(server).get('/docs-json').expect(200);
    expect(accessIn(body as OpenAPIObject)['get /staff/list']).toMatchObject({
      'x-clerk': { protection: 'required', accepts: ['session_token'] },
    });
  });
});

describe('RouteAudit.access()', () => {
  it('tells what the table tells, as data that nobody can change', async () => {
    const made = await start('express', { controllers: [NotesController] });
    const audit = made.get(RouteAudit);
    const find = (handler: string) => audit.access().find((route) => route.handler === handler);
    expect(find('jobs')).toEqual({
      kind: 'http',
      controller: 'NotesController',
      handler: 'jobs',
      method: 'GET',
      paths: ['/notes/jobs'],
      protection: 'required',
      accepts: ['m2m_token', 'oauth_token'],
      demands: [{ kind: 'scope', anyOf: ['notes:read', 'notes:write'] }],
    });
    expect(find('ofOrganization')?.demands).toEqual([
      { kind: 'live' },
      { kind: 'organization', from: { place: 'param', name: 'orgId' } },
      { kind: 'permission', anyOf: ['org:notes:read'] },
      { kind: 'no_actor' },
      { kind: 'reverification', level: 'strict' },
      { kind: 'predicate' },
    ]);
    expect(find('open')).toMatchObject({ protection: 'public', accepts: [], demands: [] });
    (find('jobs')?.accepts as string[]).push('session_token');
    expect(find('jobs')?.accepts).toEqual(['m2m_token', 'oauth_token']);
  });
});

describe('an application without Clerk', () => {
  it('is told what is missing', async () => {
    @Controller()
    class Alone {
      @Get()
      @Public()
      get(): string {
        return 'ran';
      }
    }
    const made = await start('express', {
      imports: [],
      providers: [],
      controllers: [Alone] as Type[],
    });
    expect(() => documentOf(made)).toThrow(/add ClerkModule\.forRoot\(\)/);
    expect(RequireSession).toBeDefined();
  });
});
