import type { DynamicModule, INestApplication, NestApplicationOptions, Type } from '@nestjs/common';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

// Run by observability-recipes-work.spec.ts: `recipe-program.js RECIPE ADAPTER`. Prints what it found as JSON, as its last
// line. What others patch must not be loaded before them: hence the dynamic imports.

const [recipe, adapter] = process.argv.slice(2) as [string, 'express' | 'fastify'];

/** A recipe, as docs/observability.md has it. */
function load(name: string): Promise<unknown> {
  return import(`../../recipes/${name}.js`);
}

/** A server of somebody's product, which keeps all that it is sent. */
interface Collector {
  readonly url: string;
  readonly received: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }[];
}

async function startCollector(): Promise<Collector> {
  const received: Collector['received'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const isZipped = sent[0] === 0x1f && sent[1] === 0x8b;
      received.push({ headers: request.headers, body: isZipped ? gunzipSync(sent) : sent });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, received };
}

async function statusOf(
  app: INestApplication,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(`${await app.getUrl()}${path}`, { headers });
  await response.text();
  return response.status;
}

async function auditTrail(): Promise<object> {
  await load('audit-trail');
  const { startApp } = await import('../../support/start-app.js');
  const { ClerkModule } = await import('nestjs-clerk-auth');
  const { LocalClerk } = await import('nestjs-clerk-auth/testing');
  const { RecipeController } = await import('./recipe-controller.js');
  const clerk = await LocalClerk.start();
  const ada = clerk.signIn('ada');
  const app = await startApp(adapter, {
    imports: [ClerkModule.forRoot(clerk.options())],
    controllers: [RecipeController],
  });
  const authorization = ada.header;
  const statuses = [
    await statusOf(app, '/me'),
    await statusOf(app, '/me', { authorization }),
    await statusOf(app, '/admin', { authorization }),
    await statusOf(app, '/public'),
  ];
  return { statuses, userId: ada.userId, secrets: [ada.sessionToken] };
}

async function sentry(): Promise<object> {
  const collector = await startCollector();
  process.env.SENTRY_DSN = collector.url.replace('http://', 'http://key@') + '/1';
  await load('sentry');
  const Sentry = await import('@sentry/node');
  const { startApp } = await import('../../support/start-app.js');
  const { ClerkModule } = await import('nestjs-clerk-auth');
  const { LocalClerk } = await import('nestjs-clerk-auth/testing');
  const { RecipeController, whatHandlersDo } = await import('./recipe-controller.js');
  let count = 0;
  whatHandlersDo.run = (userId) => {
    // Sentry sends nothing that is just what it sent before.
    count += 1;
    Sentry.captureException(new Error(`for ${userId} ${String(count)}`));
  };
  const clerk = await LocalClerk.start();
  const callers = ['ada', 'bob', 'carol'].map((name) => clerk.signIn(name));
  const app = await startApp(adapter, {
    imports: [ClerkModule.forRoot(clerk.options())],
    controllers: [RecipeController],
  });
  await Promise.all(
    Array.from({ length: 30 }, (_, at) => {
      const { header, cookie } = callers[at % callers.length]!;
      const headers = at % 2 === 0 ? { authorization: header } : { cookie };
      return statusOf(app, '/slow', headers);
    }),
  );
  await statusOf(app, '/public');
  await Sentry.flush();
  interface Event {
    readonly user?: { readonly id?: string };
    readonly request?: { readonly url?: string };
    readonly exception?: { readonly values: readonly { readonly value: string }[] };
  }
  const sent = collector.received.map(({ body }) => body.toString());
  const events = sent
    .flatMap((body) => body.split('\n'))
    .filter((line) => line.includes('"exception"'))
    .map((line) => JSON.parse(line) as Event);
  const found = events.map(({ user, request, exception }) => ({
    is: `for ${String(user?.id)}`,
    expected: exception?.values[0]?.value.replace(/ \d+$/, ''),
    hasRequest: request?.url !== undefined,
  }));
  const secrets = callers.flatMap(({ sessionToken, clientToken }) => [sessionToken, clientToken]);
  return {
    events: found.length,
    wrong: found.filter(({ is, expected }) => is !== expected),
    withRequest: found.filter(({ hasRequest }) => hasRequest).length,
    leaked: secrets.filter((secret) => sent.some((body) => body.includes(secret))).length,
  };
}

async function pino(): Promise<object> {
  const { LoggingModule } = (await load('logging.module')) as { LoggingModule: Type };
  const { PinoLogger } = await import('nestjs-pino');
  const { startApp } = await import('../../support/start-app.js');
  const { ClerkModule } = await import('nestjs-clerk-auth');
  const { LocalClerk } = await import('nestjs-clerk-auth/testing');
  const { RecipeController, whatHandlersDo } = await import('./recipe-controller.js');
  const clerk = await LocalClerk.start();
  const callers = ['ada', 'bob', 'carol'].map((name) => clerk.signIn(name));
  const app = await startApp(adapter, {
    imports: [ClerkModule.forRoot(clerk.options()), LoggingModule],
    controllers: [RecipeController],
  });
  const logger = await app.resolve(PinoLogger);
  whatHandlersDo.run = (userId) => {
    logger.info(`for ${userId}`);
  };
  await Promise.all(
    Array.from({ length: 12 }, (_, at) => {
      const { header, cookie } = callers[at % callers.length]!;
      return statusOf(app, '/slow', at % 2 === 0 ? { authorization: header } : { cookie });
    }),
  );
  await statusOf(app, '/public');
  await app.close();
  return {
    users: callers.map(({ userId }) => userId),
    secrets: callers.flatMap(({ sessionToken, clientToken }) => [sessionToken, clientToken]),
  };
}

async function observe(): Promise<object> {
  const collector = await startCollector();
  process.env.OBSERVE_ENDPOINT = collector.url;
  process.env.OBSERVE_APP_KEY = 'key';
  process.env.OBSERVE_APP_SECRET = 'secret';
  const recipes = (await load('observe')) as {
    observe: DynamicModule;
    ObserveInstrument: NestApplicationOptions['instrument'] & object;
  };
  const { Module } = await import('@nestjs/common');
  const { APP_GUARD, NestFactory } = await import('@nestjs/core');
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const { ExpressAdapter } = await import('@nestjs/platform-express');
  const { AuthGuard, ClerkModule, RouteAudit } = await import('nestjs-clerk-auth');
  const { LocalClerk } = await import('nestjs-clerk-auth/testing');
  const { RecipeController } = await import('./recipe-controller.js');
  const clerk = await LocalClerk.start();
  const ada = clerk.signIn('ada');
  class AppModule {}
  Module({
    imports: [recipes.observe, ClerkModule.forRoot({ ...clerk.options(), audit: 'strict' })],
    controllers: [RecipeController],
    providers: [{ provide: APP_GUARD, useExisting: AuthGuard }],
  })(AppModule);
  const http = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(AppModule, http, {
    instrument: recipes.ObserveInstrument,
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  const authorization = ada.header;
  const statuses = [
    await statusOf(app, '/me'),
    await statusOf(app, '/me', { authorization }),
    await statusOf(app, '/admin', { authorization }),
    await statusOf(app, '/public'),
  ];
  const routes = app.get(RouteAudit).routes();
  const hasTold = (): boolean => collector.received.some(({ body }) => body.includes(ada.userId));
  const deadline = Date.now() + 60_000;
  while (!hasTold() && Date.now() < deadline) await setTimeout(100);
  return {
    statuses,
    told: hasTold(),
    leaked: collector.received.some(({ body }) => body.includes(ada.sessionToken)),
    protections: Object.fromEntries(
      routes.map(({ handler, protection }) => [handler, protection.kind]),
    ),
  };
}

async function tracing(): Promise<object> {
  await load('tracing');
  const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } =
    await import('@opentelemetry/sdk-trace-node');
  const exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  const { SpanKind, trace } = await import('@opentelemetry/api');
  const { startApp } = await import('../../support/start-app.js');
  const { ClerkModule } = await import('nestjs-clerk-auth');
  const { LocalClerk } = await import('nestjs-clerk-auth/testing');
  const { RecipeController } = await import('./recipe-controller.js');
  const clerk = await LocalClerk.start();
  const ada = clerk.signIn('ada');
  const app = await startApp(adapter, {
    imports: [ClerkModule.forRoot(clerk.options())],
    controllers: [RecipeController],
    prepare: (made) =>
      // As the instrumentation of Nest: a span of its own, active while guards run.
      made.use((_request: unknown, _response: unknown, next: () => void) => {
        trace.getTracer('inner').startActiveSpan('inner', (span) => {
          next();
          span.end();
        });
      }),
  });
  await statusOf(app, '/me', { cookie: ada.clientCookie });
  await statusOf(app, '/me');
  await setTimeout(50);
  const spans = exporter.getFinishedSpans();
  const servers = spans.filter(
    ({ kind, attributes }) =>
      kind === SpanKind.SERVER &&
      String(attributes['http.target'] ?? attributes['url.path']) === '/me',
  );
  return {
    servers: servers.map(({ attributes }) =>
      Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith('clerk.'))),
    ),
    inner: spans.filter(({ name }) => name === 'inner').map(({ attributes }) => attributes),
  };
}

const RECIPES: Readonly<Record<string, () => Promise<object>>> = {
  'audit-trail': auditTrail,
  sentry,
  pino,
  observe,
  tracing,
};

const found = await RECIPES[recipe]!();
// Not to stdout: what loggers write there from threads of their own may come in between.
process.stderr.write(`\nfound: ${JSON.stringify(found)}\n`, () => process.exit());
