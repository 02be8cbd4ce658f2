import 'reflect-metadata';
import assert from 'node:assert/strict';
import { NestFactory } from '@nestjs/core';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { AppModule } from './app.js';

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

  // Nothing but the package itself was installed: each of these doors says which one it leads to.
  for (const [door, neighbor] of [
    ['websockets', '@nestjs/websockets'],
    ['microservices', '@nestjs/microservices'],
    ['swagger', '@nestjs/swagger'],
    ['health', '@nestjs/terminus'],
    ['throttler', '@nestjs/throttler'],
  ]) {
    await assert.rejects(import(`nestjs-clerk-auth/${String(door)}`), (error: Error) => {
      assert.match(error.message, new RegExp(`Cannot find package '${String(neighbor)}'`));
      return true;
    });
  }
} finally {
  await app.close();
  await clerk.stop();
}
console.log('proved');
