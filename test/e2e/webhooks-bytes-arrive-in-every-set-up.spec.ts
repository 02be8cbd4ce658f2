import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Injectable,
  Module,
  Post,
  Req,
  RequestMethod,
  VersioningType,
  type DynamicModule,
  type INestApplication,
  type NestApplicationOptions,
} from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ClerkWebhooksModule, OnClerkEvent } from 'nestjs-clerk-auth/webhooks';
import { deliver, portOf, post, type DeliveryAnswer } from '../support/deliver.js';
import {
  expressInstance,
  expressWithParser,
  type ExpressInstance,
  type Next,
} from '../support/express-instance.js';
import { EventRecorder } from '../support/event-recorder.js';
import { eventOf, SECRET, sign } from '../support/signed-delivery.js';
import { ADAPTERS, type Adapter } from '../support/start-app.js';

/** Other routes keep what the application makes of their bodies. */
@Controller()
class OtherController {
  @Post('other')
  other(@Body() body: unknown): unknown {
    return { body };
  }

  /** One written by hand, whose path ends in ours. */
  @Post('legacy/webhooks/clerk')
  legacy(@Body() body: unknown, @Req() { rawBody }: { rawBody?: Buffer }): unknown {
    return { body, raw: rawBody?.toString() };
  }

  @Post('other/hooks')
  hooks(@Body() body: unknown): unknown {
    return { body };
  }
}

const webhooks = ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke: false });

@Module({ imports: [webhooks], controllers: [OtherController], providers: [EventRecorder] })
class AppModule {}

interface SetUp {
  readonly options?: NestApplicationOptions;
  readonly adapter?: () => ExpressAdapter | FastifyAdapter;
  readonly module?: DynamicModule;
  readonly prepare?: (app: INestApplication) => void;
  readonly path?: string;
}

const apps: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function start(adapter: Adapter, setUp: SetUp = {}): Promise<INestApplication> {
  const server =
    setUp.adapter?.() ?? (adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter());
  const app = await NestFactory.create(setUp.module ?? AppModule, server, {
    logger: false,
    abortOnError: false,
    ...setUp.options,
  });
  setUp.prepare?.(app);
  await app.listen(0, '127.0.0.1');
  apps.push(app);
  return app;
}

async function startInTest(adapter: Adapter): Promise<INestApplication> {
  const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app =
    adapter === 'fastify'
      ? testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
          logger: false,
        })
      : testing.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  apps.push(app);
  return app;
}

const HANDLED = { status: 200, body: { outcome: 'handled', handlers: 1 } };

/** Spaces that no serializer would keep: only the bytes themselves pass. */
const BODY = '{ "object":"event",  "type":"user.created", "data":{"id":"user_1", "n":1.50} }\n';

function large(bytes: number): object {
  return eventOf('user.updated', { private_metadata: { text: 'x'.repeat(bytes) } });
}

function nested(module: DynamicModule): DynamicModule {
  @Module({})
  class NestedModule {}
  return {
    module: NestedModule,
    imports: [module, RouterModule.register([{ path: 'nested', module: ClerkWebhooksModule }])],
    providers: [EventRecorder],
  };
}

const SET_UPS: readonly (readonly [string, SetUp])[] = [
  ['as Nest is by default', {}],
  ['rawBody: true', { options: { rawBody: true } }],
  ['bodyParser: false', { options: { bodyParser: false } }],
  [
    'a global prefix',
    { prepare: (app) => app.setGlobalPrefix('api/internal'), path: '/api/internal/webhooks/clerk' },
  ],
  [
    'a global prefix that leaves it out',
    {
      prepare: (app) =>
        app.setGlobalPrefix('api', {
          exclude: [{ path: 'webhooks/clerk', method: RequestMethod.POST }],
        }),
    },
  ],
  [
    'a version in the path',
    {
      prepare: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
      path: '/v1/webhooks/clerk',
    },
  ],
  [
    'prefix and version',
    {
      prepare: (app) => {
        app
          .setGlobalPrefix('api')
          .enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
      },
      path: '/api/v2/webhooks/clerk',
    },
  ],
  [
    'versions in a header',
    {
      prepare: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
    },
  ],
  ['a prefix of its module', { module: nested(webhooks), path: '/nested/webhooks/clerk' }],
  [
    'a path of its own',
    {
      module: nested(
        ClerkWebhooksModule.forRoot({ path: '/hooks/', secrets: SECRET, revoke: false }),
      ),
      path: '/nested/hooks',
    },
  ],
  ['CORS, and a query', { prepare: (app) => app.enableCors(), path: '/webhooks/clerk?from=clerk' }],
  ['shutdown hooks', { prepare: (app) => app.enableShutdownHooks() }],
];

describe.each(ADAPTERS)('over %s', (adapter) => {
  it.each(SET_UPS)('%s', async (_, setUp) => {
    const app = await start(adapter, setUp);
    expect(await deliver(app, sign(BODY), setUp.path)).toMatchObject(HANDLED);
    expect(await deliver(app, sign(large(400_000)), setUp.path)).toMatchObject(HANDLED);
    const other = { ...sign(BODY), body: Buffer.from(BODY.replace('1.50', '1.51')) };
    expect(await deliver(app, other, setUp.path)).toMatchObject({
      status: 400,
      body: { code: 'webhook_signature_invalid' },
    });
    expect(app.get(EventRecorder, { strict: false }).events).toHaveLength(2);
  });

  it('a testing module', async () => {
    const app = await startInTest(adapter);
    expect(await deliver(app, sign(BODY))).toMatchObject(HANDLED);
    expect(await deliver(app, sign(large(400_000)))).toMatchObject(HANDLED);
  });

  it('options from a factory that takes its time', async () => {
    const useFactory = async (): Promise<{ secrets: string; revoke: boolean }> => {
      await setImmediate();
      return { secrets: SECRET, revoke: false };
    };
    const app = await start(adapter, {
      module: nested(ClerkWebhooksModule.forRootAsync({ useFactory })),
    });
    expect(await deliver(app, sign(large(400_000)), '/nested/webhooks/clerk')).toMatchObject(
      HANDLED,
    );
  });

  it('types that no parser knows, and none at all', async () => {
    const app = await start(adapter);
    for (const type of ['text/xml', 'application/x-www-form-urlencoded', 'not a type']) {
      const { headers, body } = sign(BODY);
      expect(
        await deliver(app, { body, headers: { ...headers, 'content-type': type } }),
      ).toMatchObject(HANDLED);
    }
    const { headers, body } = sign(BODY);
    delete headers['content-type'];
    expect(await deliver(app, { body, headers })).toMatchObject(HANDLED);
  });

  it('a slow body, in chunks', async () => {
    const app = await start(adapter);
    const { headers, body } = sign(BODY);
    const slowly = async function* (): AsyncGenerator<Buffer> {
      for (const byte of body) {
        yield Buffer.from([byte]);
        await setImmediate();
      }
    };
    expect(await post(portOf(app), '/webhooks/clerk', headers, slowly())).toMatchObject(HANDLED);
  });

  it('a compressed body is refused, signed or not', async () => {
    for (const options of [{}, { rawBody: true }]) {
      const app = await start(adapter, { options });
      const { headers } = sign(BODY);
      const zipped = { body: gzipSync(BODY), headers: { ...headers, 'content-encoding': 'gzip' } };
      expect(await deliver(app, zipped)).toMatchObject({
        status: 415,
        body: { code: 'webhook_encoding_unsupported' },
      });
      const plain = sign(BODY);
      const identity = { ...plain, headers: { ...plain.headers, 'content-encoding': 'identity' } };
      expect(await deliver(app, identity)).toMatchObject(HANDLED);
    }
  });

  it('an empty body', async () => {
    const app = await start(adapter);
    expect(await deliver(app, sign(''))).toMatchObject({
      status: 400,
      body: { code: 'webhook_payload_malformed' },
    });
  });

  it('other routes keep their parsers and limits', async () => {
    for (const options of [{}, { rawBody: true }]) {
      const app = await start(adapter, { options });
      const json = { 'content-type': 'application/json' };
      const send = (body: string, path = '/other'): Promise<DeliveryAnswer> =>
        deliver(app, { headers: json, body: Buffer.from(body) }, path);
      expect(await send('{"a":1}')).toMatchObject({ status: 201, body: { body: { a: 1 } } });
      expect(await send('{"a":1}', '/other/hooks')).toMatchObject({
        status: 201,
        body: { body: { a: 1 } },
      });
      expect(await send('{"a":')).toMatchObject({ status: 400 });
      expect(await send(JSON.stringify('x'.repeat(1_100_000)))).toMatchObject({ status: 413 });
      // With headers of a delivery too.
      expect(await deliver(app, sign('{"a":2}'), '/other')).toMatchObject({
        status: 201,
        body: { body: { a: 2 } },
      });
    }
  });

  it('a route of another whose path ends in ours is given what it was given before', async () => {
    const app = await start(adapter, { options: { rawBody: true } });
    expect(await deliver(app, sign('{ "a": 2 }'), '/legacy/webhooks/clerk')).toMatchObject({
      status: 201,
      body: { body: { a: 2 }, raw: '{ "a": 2 }' },
    });
  });

  it('what an application keeps in an AsyncLocalStorage is still there for the handler', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    @Injectable()
    class Listener {
      @OnClerkEvent('*')
      note(): void {
        seen.push(storage.getStore());
      }
    }
    @Module({ imports: [webhooks], providers: [Listener] })
    class StorageModule {}
    const fastify = (): FastifyAdapter => {
      const server = new FastifyAdapter();
      server.getInstance().addHook('onRequest', (_request, _reply, done) => {
        storage.run('request', done);
      });
      return server;
    };
    const app = await start(adapter, {
      module: { module: StorageModule },
      adapter: () =>
        adapter === 'fastify'
          ? fastify()
          : new ExpressAdapter(
              expressInstance().use((_request, _response, next: Next) => {
                storage.run('request', next);
              }),
            ),
    });
    const { headers, body } = sign(large(300_000));
    await post(portOf(app), '/webhooks/clerk', headers, [body.subarray(0, 5), body.subarray(5)]);
    expect(seen).toEqual(['request']);
  });
});

/** Reads the stream and keeps nothing of it. */
function drain(request: IncomingMessage, _: unknown, next: Next): void {
  request.resume().on('end', () => {
    next();
  });
}

/** Reads the stream as parsers of bytes do. */
function keepBytes(request: IncomingMessage, _: unknown, next: Next): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    Object.assign(request, { body: Buffer.concat(chunks) });
    next();
  });
}

describe('Express', () => {
  const unavailable = { status: 500, body: { code: 'webhook_body_unavailable' } };

  it('an instance with a parser on it, handed in: told what to do, and never serialised again', async () => {
    const adapter = (): ExpressAdapter => new ExpressAdapter(expressWithParser('json'));
    const app = await start('express', { adapter });
    // Even where serialising gives the same bytes.
    expect(await deliver(app, sign(eventOf('user.created')))).toMatchObject(unavailable);
    expect(app.get(EventRecorder).events).toEqual([]);
  });

  it('an instance with a parser that keeps the bytes', async () => {
    const kept = [
      expressWithParser('raw'),
      expressWithParser('text'),
      expressWithParser('json', true),
    ];
    for (const instance of kept) {
      const app = await start('express', { adapter: () => new ExpressAdapter(instance) });
      expect(await deliver(app, sign(BODY))).toMatchObject(HANDLED);
    }
  });

  it('an instance without a parser, handed in', async () => {
    const app = await start('express', { adapter: () => new ExpressAdapter(expressInstance()) });
    expect(await deliver(app, sign(large(400_000)))).toMatchObject(HANDLED);
  });

  it('a middleware that has read the stream before us', async () => {
    const instance = expressInstance().use(drain);
    const app = await start('express', { adapter: () => new ExpressAdapter(instance) });
    expect(await deliver(app, sign(BODY))).toMatchObject(unavailable);
  });

  it('parsers of the application come after us', async () => {
    const app = await start('express', {
      prepare: (created) => {
        created.use(expressWithParser('json'));
        (created as NestExpressApplication).useBodyParser('json', { limit: '1kb' });
      },
    });
    expect(await deliver(app, sign(large(400_000)))).toMatchObject(HANDLED);
  });

  it('mounted under a path of another application', async () => {
    const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false });
    await app.init();
    apps.push(app);
    const outer = expressInstance().use(
      '/api',
      app.getHttpAdapter().getInstance() as ExpressInstance,
    );
    const server = createServer(outer).listen(0, '127.0.0.1');
    apps.push({ close: () => Promise.resolve(server.close()) });
    await new Promise((resolve) => server.once('listening', resolve));
    const mounted = { getHttpServer: () => server };
    expect(await deliver(mounted, sign(large(400_000)), '/api/webhooks/clerk')).toMatchObject(
      HANDLED,
    );
  });

  it('however routers let a path be written', async () => {
    const app = await start('express');
    for (const path of ['/Webhooks/CLERK', '/webhooks/clerk/']) {
      expect(await deliver(app, sign(BODY), path)).toMatchObject(HANDLED);
    }
  });
});

describe('Fastify', () => {
  it('a middleware that has read the stream before us', async () => {
    const app = await start('fastify', { prepare: (created) => void created.use(drain) });
    expect(await deliver(app, sign(BODY))).toMatchObject({
      status: 500,
      body: { code: 'webhook_body_unavailable' },
    });
  });

  it('a middleware that has read the stream and kept the bytes', async () => {
    const app = await start('fastify', {
      prepare: (created) => void created.use(keepBytes),
    });
    expect(await deliver(app, sign(BODY))).toMatchObject(HANDLED);
  });
});
