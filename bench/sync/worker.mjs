import 'reflect-metadata';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClerkModule, UserService } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ClerkWebhooks, ClerkWebhooksModule, OnClerkEvent } from 'nestjs-clerk-auth/webhooks';
import { Webhook } from 'standardwebhooks';
import { answerQuestions } from '../support/answer-questions.mjs';
import { median } from '../support/statistics.mjs';

const QUIET = { logger: false };

/** Bytes of a delivery, and how many rounds of it. */
const SIZES = [
  [2_000, 300],
  [250_000, 60],
  [999_000, 30],
];

/** Users who are asked for at once by fifty. */
const ASKERS = 50;

answerQuestions({ deliveries, lookUp, users });

/** Microseconds of CPU for one delivery: received whole, with its handler, and by `standardwebhooks` alone. */
async function deliveries({ options }) {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  class Sync {
    save() {}
  }
  const method = Object.getOwnPropertyDescriptor(Sync.prototype, 'save');
  OnClerkEvent('user.updated')(Sync.prototype, 'save', method);
  class AppModule {}
  Module({
    imports: [ClerkModule.forRoot(options), ClerkWebhooksModule.forRoot({ secrets: [secret] })],
    providers: [Sync],
  })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, QUIET);
  const ours = app.get(ClerkWebhooks);
  const theirs = new Webhook(secret);
  const lines = [];
  for (const [size, rounds] of SIZES) {
    const costs = { ours: [], theirs: [] };
    for (let round = 0; round < rounds; round += 1) {
      const { headers, body } = signed(theirs, size);
      costs.ours.push(
        await cpuOf(async () => {
          const { status } = await ours.receive(headers, body);
          if (status !== 200) throw new Error(`answered ${status}`);
        }),
      );
      costs.theirs.push(await cpuOf(() => theirs.verify(body, headers)));
    }
    lines.push({ size, ours: median(costs.ours), theirs: median(costs.theirs) });
  }
  await app.close();
  return lines;
}

function signed(webhook, size) {
  const event = {
    object: 'event',
    type: 'user.updated',
    data: { id: 'user_29w9KZ', updated_at: Date.now(), public_metadata: { text: '' } },
    timestamp: Date.now(),
  };
  event.data.public_metadata.text = 'x'.repeat(size - JSON.stringify(event).length);
  const text = JSON.stringify(event);
  const id = `msg_${randomUUID()}`;
  const at = new Date();
  const headers = {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': webhook.sign(id, at, text),
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': webhook.sign(id, at, text),
    'content-type': 'application/json',
  };
  return { headers, body: Buffer.from(text) };
}

/** Nanoseconds for one look whether a session is over, with 10,000 that are. */
async function lookUp() {
  const { Revocations } = await import(insideOf('revocation/revocations.js'));
  const revocations = new Revocations();
  for (let at = 0; at < 10_000; at += 1) revocations.endSession(`sess_${randomUUID()}`);
  revocations.endUser('user_nobody', 1);
  const claims = Array.from({ length: 1000 }, (_, at) => ({
    sid: `sess_${randomUUID()}`,
    sub: `user_${randomUUID()}`,
    iat: 1_700_000_000 + at,
  }));
  const CALLS = 1_000_000;
  const costs = [];
  for (let round = 0; round < 9; round += 1) {
    const cost = await cpuOf(() => {
      for (let at = 0; at < CALLS; at += 1) revocations.isTokenOver(claims[at % 1000]);
    });
    costs.push((cost / CALLS) * 1000);
  }
  return median(costs);
}

/** How often Clerk was asked about one user for whom fifty ask at once. */
async function users() {
  const clerk = await LocalClerk.start();
  const ada = clerk.signIn('ada');
  class AppModule {}
  Module({ imports: [ClerkModule.forRoot(clerk.options())] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, QUIET);
  const service = app.get(UserService);
  const found = await Promise.all(Array.from({ length: ASKERS }, () => service.get(ada.userId)));
  if (found.some((user) => user?.id !== ada.userId)) throw new Error('somebody got another user');
  const calls = clerk.callsTo(/^\/v1\/users\//).length;
  await app.close();
  await clerk.stop();
  return calls;
}

/** Microseconds of CPU. */
async function cpuOf(run) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** What is measured here has no door: `prepare` has compiled it by itself. */
function insideOf(file) {
  return pathToFileURL(join(import.meta.dirname, '..', 'node_modules', '.compiled', file)).href;
}
