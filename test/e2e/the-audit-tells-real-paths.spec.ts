import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  All,
  Controller,
  Get,
  Module,
  Post,
  RequestMethod,
  VERSION_NEUTRAL,
  Version,
  VersioningType,
  type INestApplication,
  type Type,
  type VersioningOptions,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ClerkModule, Public, RequireSession, RouteAudit } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp } from '../support/start-app.js';

@Controller()
class RootController {
  @Get()
  @Public()
  root(): string {
    return 'ran';
  }

  @Get('health')
  @Public()
  health(): string {
    return 'ran';
  }

  // Excluded for GET alone.
  @Post('health')
  @RequireSession()
  report(): string {
    return 'ran';
  }

  @All('hooks/:id')
  @Public()
  hook(): string {
    return 'ran';
  }
}

@Controller('cats')
class CatsController {
  @Get()
  @RequireSession()
  list(): string {
    return 'ran';
  }

  @Get(['one/:id', '/other/'])
  @Public()
  one(): string {
    return 'ran';
  }
}

/** Of two modules, each with a prefix of its own. */
@Controller('shared')
class SharedController {
  @Get()
  @RequireSession()
  shared(): string {
    return 'ran';
  }
}

@Controller({ path: 'versioned', version: '1' })
class VersionedController {
  @Get('first')
  @RequireSession()
  first(): string {
    return 'ran';
  }

  @Get('second')
  @Version('2')
  second(): string {
    return 'ran';
  }

  @Get('both')
  @Version(['1', '2'])
  both(): string {
    return 'ran';
  }

  @Get('neutral')
  @Version(VERSION_NEUTRAL)
  neutral(): string {
    return 'ran';
  }

  @Get('either')
  @Version([VERSION_NEUTRAL, '3'])
  @RequireSession()
  either(): string {
    return 'ran';
  }

  // Excluded from the global prefix, in every version.
  @Get('bare')
  @Version(['1', VERSION_NEUTRAL])
  bare(): string {
    return 'ran';
  }
}

@Module({ controllers: [CatsController] })
class CatsModule {}

@Module({ controllers: [SharedController] })
class LeftModule {}

@Module({ controllers: [SharedController] })
class RightModule {}

const MODULES: readonly Type[] = [CatsModule, LeftModule, RightModule];

const ROUTER = RouterModule.register([
  {
    path: 'animals',
    module: CatsModule,
    children: [
      { path: 'left', module: LeftModule },
      { path: '/right/', module: RightModule },
    ],
  },
]);

const URI = { type: VersioningType.URI } as const;

const listed = (app: INestApplication): string[] =>
  app
    .get(RouteAudit)
    .routes()
    .flatMap(({ method, paths }) => paths.map((path) => `${method} ${path}`));

/** The listed paths that answer as told: 401 where a session is required, else what the handler says. */
async function answersOf(app: INestApplication): Promise<string[]> {
  const answers: string[] = [];
  for (const { method, paths, protection } of app.get(RouteAudit).routes()) {
    for (const path of paths) {
      const agent = request(app.getHttpServer());
      const url = path.replace(':id', '1');
      const { status, text } = await (method === 'POST' ? agent.post(url) : agent.get(url));
      const isRight = protection.kind === 'required' ? status === 401 : text === 'ran';
      if (isRight) answers.push(`${method} ${path}`);
    }
  }
  return answers;
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication | undefined;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  afterAll(async () => {
    await clerk.stop();
  });

  async function start(
    controllers: readonly Type[],
    prepare: (app: INestApplication) => void,
    withModules: 'routed' | 'plain' | 'none' = 'none',
  ): Promise<INestApplication> {
    app = await startApp(adapter, {
      imports: [
        ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey }),
        ...(withModules === 'routed' ? [...MODULES, ROUTER] : []),
        ...(withModules === 'plain' ? [CatsModule, LeftModule] : []),
      ],
      controllers,
      prepare,
    });
    return app;
  }

  async function expectPaths(application: INestApplication, paths: string[]): Promise<void> {
    expect(listed(application).sort()).toEqual([...paths].sort());
    expect((await answersOf(application)).sort()).toEqual([...paths].sort());
  }

  it('all at once: prefix, exclusions, RouterModule and versions', async () => {
    const prepare = (created: INestApplication): void => {
      created.setGlobalPrefix('api', {
        exclude: [
          { path: 'health', method: RequestMethod.GET },
          'hooks/:id',
          'versioned/bare',
          'animals/cats/other',
        ],
      });
      created.enableVersioning(URI);
    };
    await expectPaths(await start([RootController, VersionedController], prepare, 'routed'), [
      'GET /api',
      'GET /health',
      'POST /api/health',
      'ALL /hooks/:id',
      'GET /api/v1/versioned/first',
      'GET /api/v2/versioned/second',
      'GET /api/v1/versioned/both',
      'GET /api/v2/versioned/both',
      'GET /api/versioned/neutral',
      'GET /api/versioned/either',
      'GET /api/v3/versioned/either',
      'GET /v1/versioned/bare',
      'GET /versioned/bare',
      'GET /api/animals/cats',
      'GET /api/animals/cats/one/:id',
      'GET /animals/cats/other',
      'GET /api/animals/left/shared',
      'GET /api/animals/right/shared',
    ]);
  });

  it('nothing is added where nothing is set', async () => {
    await expectPaths(await start([RootController], () => undefined, 'plain'), [
      'GET /',
      'GET /health',
      'POST /health',
      'ALL /hooks/:id',
      'GET /cats',
      'GET /cats/one/:id',
      'GET /cats/other',
      'GET /shared',
    ]);
  });

  it('the prefixes of one application are not those of the next', async () => {
    const routed = await start([], () => undefined, 'routed');
    expect(listed(routed)).toContain('GET /animals/right/shared');
    await routed.close();
    await expectPaths(await start([], () => undefined, 'plain'), [
      'GET /cats',
      'GET /cats/one/:id',
      'GET /cats/other',
      'GET /shared',
    ]);
  });

  it.each<
    [string, Omit<Extract<VersioningOptions, { type: VersioningType.URI }>, 'type'>, string[]]
  >([
    [
      'a default version',
      { defaultVersion: '7' },
      ['GET /a/b/v7/cats', 'GET /a/b/v7/cats/one/:id'],
    ],
    [
      'several default versions and a prefix of their own',
      { defaultVersion: ['7', VERSION_NEUTRAL], prefix: 'version-' },
      [
        'GET /a/b/version-7/cats',
        'GET /a/b/cats',
        'GET /a/b/version-7/cats/one/:id',
        'GET /a/b/cats/one/:id',
      ],
    ],
    [
      'no prefix for versions',
      { defaultVersion: '7', prefix: false },
      ['GET /a/b/7/cats', 'GET /a/b/7/cats/one/:id'],
    ],
    ['no default version', {}, ['GET /a/b/cats', 'GET /a/b/cats/one/:id']],
  ])('%s', async (_, options, paths) => {
    const started = await start([CatsController], (created) => {
      created.setGlobalPrefix('/a/b/', { exclude: ['cats/other'] });
      created.enableVersioning({ ...URI, ...options });
    });
    const inPrefix = listed(started).filter((path) => path.startsWith('GET /a/b/'));
    expect(inPrefix.sort()).toEqual([...paths].sort());
    expect(await answersOf(started)).toEqual(listed(started));
  });

  it('a version in a header is not in the path', async () => {
    const started = await start([VersionedController], (created) => {
      created.setGlobalPrefix('api');
      created.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
    });
    expect(listed(started)).toEqual(
      ['first', 'second', 'both', 'neutral', 'either', 'bare'].map(
        (end) => `GET /api/versioned/${end}`,
      ),
    );
    await request(started.getHttpServer())
      .get('/api/versioned/second')
      .set('x-version', '2')
      .expect(200, 'ran');
  });

  it('versions that nobody enabled are not in the path', async () => {
    await expectPaths(await start([VersionedController], () => undefined), [
      'GET /versioned/first',
      'GET /versioned/second',
      'GET /versioned/both',
      'GET /versioned/neutral',
      'GET /versioned/either',
      'GET /versioned/bare',
    ]);
  });
});
