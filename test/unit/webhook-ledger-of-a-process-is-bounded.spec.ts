import { expect, it } from '@jest/globals';
import { MemoryWebhookLedger } from '../../src/doors/webhooks/memory-webhook-ledger.js';

const MOST = 10_000;

function make(): { ledger: MemoryWebhookLedger; pass: (milliseconds: number) => void } {
  let time = 0;
  return {
    ledger: new MemoryWebhookLedger(() => time),
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
}

it('a claim holds until it is completed, released or its lease is over', async () => {
  const { ledger, pass } = make();
  expect(await ledger.claim('a', 'one', 10)).toBe('claimed');
  expect(await ledger.claim('a', 'two', 10)).toBe('busy');
  expect(await ledger.claim('b', 'two', 10)).toBe('claimed');
  await ledger.release('a', 'two');
  expect(await ledger.claim('a', 'two', 10)).toBe('busy');
  await ledger.release('a', 'one');
  expect(await ledger.claim('a', 'two', 10)).toBe('claimed');
  pass(9);
  expect(await ledger.claim('a', 'three', 10)).toBe('busy');
  pass(1);
  expect(await ledger.claim('a', 'three', 10)).toBe('claimed');
  await ledger.complete('a', 50);
  expect(await ledger.claim('a', 'four', 10)).toBe('done');
  await ledger.release('a', 'three');
  pass(49);
  expect(await ledger.claim('a', 'four', 10)).toBe('done');
  pass(1);
  expect(await ledger.claim('a', 'four', 10)).toBe('claimed');
});

it('one that comes late does not take the claim of another', async () => {
  const { ledger, pass } = make();
  await ledger.claim('a', 'one', 10);
  pass(10);
  await ledger.claim('a', 'two', 10);
  await ledger.release('a', 'one');
  expect(await ledger.claim('a', 'three', 10)).toBe('busy');
});

it('the oldest of 10,000 leave, of what is done and of what is held', async () => {
  const { ledger } = make();
  for (let at = 0; at <= MOST; at += 1) {
    await ledger.claim(`done ${String(at)}`, 'one', 10);
    await ledger.complete(`done ${String(at)}`, 1000);
  }
  expect(await ledger.claim('done 1', 'two', 10)).toBe('done');
  expect(await ledger.claim('done 0', 'two', 10)).toBe('claimed');
  for (let at = 0; at < MOST; at += 1) await ledger.claim(`held ${String(at)}`, 'one', 10);
  expect(await ledger.claim('held 0', 'two', 10)).toBe('busy');
  expect(await ledger.claim('done 0', 'two', 10)).toBe('claimed');
});
