import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Transport } from '@nestjs/microservices';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { freePort } from '../support/free-port.js';
import { MessageDoors, ran } from '../support/message-doors.js';
import { messageRefusal } from '../support/message-wires.js';
import { RawMessages } from '../support/raw-messages.js';
import { startMessages, type StartedMessages } from '../support/start-messages.js';

/** JSON by hand: no object of JavaScript would be written as these are. */
const required: Readonly<Record<string, (ada: SignedIn) => string>> = {
  null: () => 'null',
  'a number': () => '5',
  'a text': ({ header }) => JSON.stringify(header),
  'an empty object': () => '{}',
  'a list': ({ header }) => JSON.stringify(['authorization', header]),
  'a list of pairs': ({ header }) => JSON.stringify([['authorization', header]]),
  __proto__: ({ header }) => `{"__proto__":{"authorization":"${header}"}}`,
  'a constructor': ({ header }) => `{"constructor":{"prototype":{"authorization":"${header}"}}}`,
  'a cookie': ({ sessionToken }) => `{"cookie":"__session=${sessionToken}"}`,
  'headers within': ({ header }) => `{"headers":{"authorization":"${header}"}}`,
  'a blank in the name': ({ header }) => `{" authorization":"${header}"}`,
  'an empty text': () => '{"authorization":""}',
  'another scheme': () => '{"authorization":"Basic YTpi"}',
};

const malformed: typeof required = {
  'null as the value': () => '{"authorization":null}',
  'a number as the value': () => '{"authorization":5}',
  'an object as the value': ({ header }) => `{"authorization":{"0":"${header}"}}`,
  'a list of one as the value': ({ header }) => `{"authorization":["${header}"]}`,
  'bytes as JSON has them': ({ header }) =>
    JSON.stringify({ authorization: Buffer.from(header).toJSON() }),
  'an object that names toString': () => '{"authorization":{"toString":5,"valueOf":null}}',
  'the name in two cases': ({ header }) =>
    `{"authorization":"${header}","Authorization":"${header}"}`,
  'a good one beside null': ({ header }) => `{"AUTHORIZATION":"${header}","authorization":null}`,
  'no token': () => '{"authorization":"Bearer"}',
  'a blank in the token': ({ header }) => `{"authorization":"${header} x"}`,
};

let clerk: LocalClerk;
let ada: SignedIn;
let port: number;
let started: StartedMessages;
let client: RawMessages;

beforeAll(async () => {
  clerk = await LocalClerk.start();
  port = await freePort();
  started = await startMessages('pure', clerk, MessageDoors, {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  });
  client = await RawMessages.connect(port);
});

afterAll(async () => {
  client.close();
  await started.close();
  await clerk.stop();
});

beforeEach(() => {
  ran.length = 0;
  ada = clerk.signIn('ada');
});

const packet = (metadata: string): string =>
  `{"id":"1","pattern":"whoami","data":{},"metadata":${metadata}}`;

async function isServed(by = client): Promise<void> {
  const answer = await by.ask(packet(`{"authorization":"${ada.header}"}`));
  expect(answer).toMatchObject({ id: '1', response: ada.userId });
  expect(ran).toEqual([`whoami:${ada.userId}`]);
}

describe.each([
  { code: 'session_required', metadata: required },
  { code: 'authorization_malformed', metadata: malformed },
] as const)('metadata that is $code', ({ code, metadata }) => {
  it.each(Object.entries(metadata))('%s', async (_name, write) => {
    const answer = await client.ask(packet(write(ada)));
    expect(answer.err).toEqual(messageRefusal({ status: 401, code }));
    expect(ran).toEqual([]);
    await isServed();
  });
});

it('without metadata nobody calls', async () => {
  const answer = await client.ask('{"id":"1","pattern":"whoami","data":{}}');
  expect(answer.err).toEqual(messageRefusal({ status: 401, code: 'session_required' }));
  await isServed();
});

it('a token of 100 kB is refused', async () => {
  const answer = await client.ask(packet(`{"authorization":"Bearer ${'a.'.repeat(50_000)}"}`));
  expect(answer.err).toEqual(messageRefusal({ status: 401, code: 'token_malformed' }));
  await isServed();
});

it('the name is read in any case', async () => {
  const answer = await client.ask(packet(`{"AuthoriZation":"${ada.header}"}`));
  expect(answer).toMatchObject({ response: ada.userId });
});

it('what is no packet at all crashes nothing', async () => {
  for (const nonsense of [
    'null',
    '5',
    '[]',
    '"x"',
    '{"id":null}',
    '{"pattern":null,"data":null}',
  ]) {
    const [other, next] = [await RawMessages.connect(port), await RawMessages.connect(port)];
    other.write(nonsense);
    await isServed(next);
    other.close();
    next.close();
    ran.length = 0;
  }
});

it('an event that is refused is answered nothing, and the next message is served', async () => {
  client.write('{"pattern":"noted","data":{},"metadata":{"authorization":5}}');
  client.write('{"pattern":"noted","data":{},"metadata":null}');
  await isServed();
});
