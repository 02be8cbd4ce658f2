'use strict';

const { posix } = require('node:path');

/** A test that boots the application with a Clerk of its own: no key, no network. */
exports.addTest = (tree, { sourceRoot, path, project }) => {
  const folder = posix.join(posix.dirname(sourceRoot), 'test');
  const file = posix.join(folder, 'clerk.e2e-spec.ts');
  if (tree.exists(file)) return;
  const root = posix.relative(folder, path).replace(/\.ts$/, project.isEsm ? '.js' : '');
  const name = /export\s+class\s+(\w+)/.exec(tree.readText(path))?.[1] ?? 'AppModule';
  tree.create(file, testOf({ name, root: root.startsWith('.') ? root : `./${root}` }));
};

function testOf({ name, root }) {
  return `import { Controller, Get, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { clerkConfig, CurrentSession, RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ${name} } from '${root}';

@Controller('who-am-i')
class WhoAmIController {
  @Get()
  @RequireSession()
  whoAmI(@CurrentSession('userId') userId: string) {
    return { userId };
  }
}

describe('Clerk', () => {
  let clerk: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    const testing = await Test.createTestingModule({
      imports: [${name}],
      controllers: [WhoAmIController],
    })
      .overrideProvider(clerkConfig.KEY)
      .useValue(clerk.options())
      .compile();
    app = testing.createNestApplication();
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  it('lets nobody in without a session', async () => {
    await request(app.getHttpServer()).get('/who-am-i').expect(401);
  });

  it('knows who is signed in', async () => {
    const ada = clerk.signIn('ada');
    await request(app.getHttpServer())
      .get('/who-am-i')
      .set('Authorization', ada.header)
      .expect(200, { userId: ada.userId });
  });
});
`;
}
