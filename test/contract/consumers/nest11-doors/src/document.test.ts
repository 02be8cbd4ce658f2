import SwaggerParser from '@apidevtools/swagger-parser';
import { Module, type INestApplication } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { expect } from 'expect';
import { AuthGuard, ClerkModule } from 'nestjs-clerk-auth';
import { documentAccess } from 'nestjs-clerk-auth/swagger';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DOCUMENTED } from './documented-controllers';

let clerk: LocalClerk;

before(async () => {
  clerk = await LocalClerk.start();
});

after(async () => {
  await clerk.stop();
});

async function start(adapter: 'express' | 'fastify'): Promise<INestApplication> {
  class AppModule {}
  Module({
    imports: [ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey })],
    controllers: DOCUMENTED,
    providers: [{ provide: APP_GUARD, useExisting: AuthGuard }],
  })(AppModule);
  const quiet = { logger: false as const };
  const app =
    adapter === 'express'
      ? await NestFactory.create(AppModule, quiet)
      : await NestFactory.create(AppModule, new FastifyAdapter(), quiet);
  app.enableVersioning();
  return app;
}

function documentOf(app: INestApplication, version = '3.0.0'): OpenAPIObject {
  const config = new DocumentBuilder().setTitle('Notes').setOpenAPIVersion(version).build();
  return documentAccess(app, () => SwaggerModule.createDocument(app, config));
}

function accessIn(document: OpenAPIObject): Record<string, object> {
  return Object.fromEntries(
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, Record<string, unknown>>).map(([method, operation]) => [
        `${method} ${path}`,
        {
          security: operation.security ?? 'untouched',
          responses: operation.responses,
          'x-clerk': operation['x-clerk'],
        },
      ]),
    ),
  );
}

for (const adapter of ['express', 'fastify'] as const) {
  describe(`a document on Nest 11 with ${adapter}`, () => {
    let app: INestApplication;

    before(async () => {
      app = await start(adapter);
    });

    after(async () => {
      await app.close();
    });

    it('says what it says on Nest 12, and is valid in both versions of OpenAPI', async () => {
      const file = join(__dirname, '../src/documented.json');
      expect(accessIn(documentOf(app))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
      for (const version of ['3.0.0', '3.1.0']) {
        const copy = JSON.parse(JSON.stringify(documentOf(app, version)));
        await SwaggerParser.validate(copy);
      }
    });

    it('is what callers get', async () => {
      const document = documentOf(app);
      await app.listen(0, '127.0.0.1');
      const url = await app.getUrl();
      const ada = clerk.signIn('ada', { organization: { slug: 'acme', role: 'admin' } });
      for (const [path, item] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(item as Record<string, any>)) {
          if (operation['x-clerk'].protection === 'required' && operation.security.length === 0) {
            // Written by hand.
            continue;
          }
          const isOpen = operation.security.every((way: object) => Object.keys(way).length === 0);
          const passes = isOpen || operation['x-clerk'].protection === 'optional';
          const nobody = await fetch(url + path, { method: method.toUpperCase() });
          expect({ path, status: nobody.ok ? 'in' : nobody.status }).toEqual({
            path,
            status: passes ? 'in' : 401,
          });
          if (!operation.security.some((way: object) => 'session' in way)) continue;
          const headers = { authorization: ada.header };
          const known = await fetch(url + path, { method: method.toUpperCase(), headers });
          if (known.ok) continue;
          const { code } = (await known.json()) as { code: string };
          const [content] = Object.values<any>(operation.responses[known.status].content);
          expect(content.schema.properties.code.enum).toContain(code);
        }
      }
    });
  });
}
