import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { expect } from 'expect';
import { ClerkHealth, ClerkModule, Public } from 'nestjs-clerk-auth';
import { ClerkHealthIndicator } from 'nestjs-clerk-auth/health';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';

@Controller()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly clerk: ClerkHealthIndicator,
  ) {}

  @Get('ready')
  @Public()
  @HealthCheck()
  ready() {
    return this.health.check([() => this.clerk.isHealthy('clerk')]);
  }
}

const manifest = readFileSync(join(__dirname, '../node_modules/@nestjs/terminus/package.json'));
const major = Number((JSON.parse(String(manifest)) as { version: string }).version.split('.')[0]);

let clerk: LocalClerk;

before(async () => {
  clerk = await LocalClerk.start();
});

after(async () => {
  await clerk.stop();
});

async function start(adapter: string): Promise<INestApplication> {
  class AppModule {}
  Module({
    imports: [ClerkModule.forRoot(clerk.options()), TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    providers: [ClerkHealthIndicator],
  })(AppModule);
  const quiet = { logger: false as const };
  const app =
    adapter === 'express'
      ? await NestFactory.create(AppModule, quiet)
      : await NestFactory.create(AppModule, new FastifyAdapter(), quiet);
  await app.listen(0, '127.0.0.1');
  return app;
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`It never came to hold: ${holds.toString()}`);
    await setTimeout(10);
  }
}

for (const adapter of ['express', 'fastify']) {
  describe(`health on Nest 11 with ${adapter} and Terminus ${major}`, () => {
    it('is told from memory', async () => {
      const app = await start(adapter);
      try {
        const url = `${await app.getUrl()}/ready`;
        await until(() => app.get(ClerkHealth).status().state === 'up');
        clerk.forgetCalls();
        for (let count = 0; count < 100; count += 1) {
          const response = await fetch(url);
          expect(response.status).toBe(200);
          const { details } = (await response.json()) as { details: object };
          expect(details).toEqual({
            clerk: { status: 'up', keys: 'fresh', age: expect.any(Number), backend: 'ok' },
          });
        }
        expect(clerk.calls).toEqual([]);
      } finally {
        await app.close();
      }
    });

    it('is degraded, or down, in the words of this Terminus', async () => {
      clerk.outage('unavailable');
      const app = await start(adapter);
      try {
        const url = `${await app.getUrl()}/ready`;
        await until(() => app.get(ClerkHealth).status().backend === 'failing');
        expect((await fetch(url)).status).toBe(503);
        const said = app.get(ClerkHealthIndicator).isHealthy('clerk', { whenUnknown: 'degraded' });
        const degraded = { status: 'up', degraded: true };
        expect(said.clerk).toMatchObject(major === 11 ? degraded : { status: 'degraded' });
      } finally {
        clerk.outage(false);
        await app.close();
      }
    });
  });
}
