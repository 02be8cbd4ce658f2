import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import type { App } from 'supertest/types';
import { AppModule } from './app';

describe('a guarded route', () => {
  let clerk: LocalClerk;
  let app: INestApplication<App>;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    const testing = Test.createTestingModule({ imports: [AppModule.with(clerk)] });
    app = (await testing.compile()).createNestApplication();
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  it('refuses a caller without a credential, without a body', async () => {
    const response = await request(app.getHttpServer()).get('/me');

    expect(response.status).toBe(401);
    expect(response.text).toBe('');
  });

  it('knows who holds a session token', async () => {
    const ada = clerk.signIn('ada');
    const response = await request(app.getHttpServer())
      .get('/me')
      .set('Authorization', `Bearer ${ada.sessionToken}`);

    expect(response.status).toBe(200);
    expect(response.body).toEqual({ userId: ada.userId });
  });

  it('knows what Clerk knows of them', async () => {
    const ada = clerk.signIn('ada');
    const response = await request(app.getHttpServer())
      .get('/name')
      .set('Authorization', ada.header);

    expect(response.status).toBe(200);
    expect(response.body).toEqual({ name: 'ada' });
  });
});
