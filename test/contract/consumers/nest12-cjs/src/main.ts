import 'reflect-metadata';
import assert from 'node:assert/strict';
import { NestFactory } from '@nestjs/core';
import * as required from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { AppModule } from './app.js';

async function main(): Promise<void> {
  // Two copies would mean two guards and two sets of injection tokens in one process.
  const imported = await import('nestjs-clerk-auth');
  assert.equal(imported.AuthGuard, required.AuthGuard);

  const clerk = await LocalClerk.start();
  const app = await NestFactory.create(AppModule.with(clerk), { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/me`;

  try {
    const refused = await fetch(url);
    assert.equal(refused.status, 401);
    assert.equal(await refused.text(), '');

    const ada = clerk.signIn('ada');
    const welcome = await fetch(url, { headers: { authorization: `Bearer ${ada.sessionToken}` } });
    assert.equal(welcome.status, 200);
    assert.deepEqual(await welcome.json(), { userId: ada.userId });
  } finally {
    await app.close();
    await clerk.stop();
  }
  console.log('proved');
}

void main();
