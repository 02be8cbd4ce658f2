import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headers as natsHeaders } from '@nats-io/transport-node';
import {
  MqttRecordBuilder,
  NatsRecordBuilder,
  RmqRecordBuilder,
  Transport,
  type ClientOptions,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { freePort } from '../../support/free-port.js';
import { findBroker, type BrokerName } from './find-brokers.mjs';
import { startProgram, type RunningProgram } from './start-program.js';

/** A broker that runs, and how Nest speaks through it. */
export interface RunningBroker {
  readonly options: MicroserviceOptions & ClientOptions;
  stop(): Promise<void>;
}

export interface Broker {
  readonly start: () => Promise<RunningBroker>;
  /** What an application sends with metadata of its own. */
  readonly record: (client: ClientProxy, metadata: Readonly<Record<string, unknown>>) => unknown;
  /** Metadata that this transport can carry, and that proves nobody. */
  readonly hostile: (header: string) => readonly Readonly<Record<string, unknown>>[];
}

const HOST = '127.0.0.1';
const TWICE = (header: string) => ({ authorization: header, Authorization: header });

/** With a folder of its own, which is gone in the end. */
async function inFolder(start: (folder: string) => Promise<RunningProgram>) {
  const folder = await mkdtemp(join(tmpdir(), 'broker-'));
  const program = await start(folder);
  return async (): Promise<void> => {
    await program.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 9 });
  };
}

const program = (name: BrokerName): string => {
  const found = findBroker(name);
  if (found === undefined) throw new Error(`${name} is required here, and is not installed.`);
  return found;
};

export const BROKERS: Readonly<Record<BrokerName, Broker>> = {
  Redis: {
    start: async () => {
      const port = await freePort();
      const stop = await inFolder((folder) =>
        startProgram(
          program('Redis'),
          ['--port', String(port), '--bind', HOST, '--save', '', '--dir', folder],
          /Ready to accept connections/,
        ),
      );
      return { options: { transport: Transport.REDIS, options: { host: HOST, port } }, stop };
    },
    record: (client, metadata) => {
      client.setOnDispatchHook((packet) => Object.assign(packet, { metadata }));
      return {};
    },
    hostile: (header) => [
      TWICE(header),
      { authorization: null },
      { authorization: [header] },
      { authorization: Buffer.from(header) },
      { ['__proto__']: { authorization: header } },
      { cookie: header.replace('Bearer ', '__session=') },
    ],
  },
  NATS: {
    start: async () => {
      const port = await freePort();
      const args = ['-a', HOST, '-p', String(port)];
      const { stop } = await startProgram(program('NATS'), args, /Server is ready/);
      const servers = [`nats://${HOST}:${port}`];
      return { options: { transport: Transport.NATS, options: { servers } }, stop };
    },
    record: (_client, metadata) => {
      const written = natsHeaders();
      for (const [name, value] of Object.entries(metadata)) written.append(name, String(value));
      return new NatsRecordBuilder({}).setHeaders(written).build();
    },
    hostile: (header) => [
      TWICE(header),
      { authorization: 'Bearer' },
      { __proto__x: header },
      { cookie: header.replace('Bearer ', '__session=') },
    ],
  },
  RabbitMQ: {
    start: async () => {
      const [port, names, distribution] = [await freePort(), await freePort(), await freePort()];
      const epmd = await startProgram(
        'sh',
        ['-c', `echo ready; exec epmd -port ${names} -address ${HOST} -relaxed_command_check`],
        /ready/,
      );
      const stop = await inFolder(async (folder) => {
        const config = join(folder, 'rabbitmq.conf');
        await writeFile(config, `listeners.tcp.1 = ${HOST}:${port}\n`);
        return startProgram(program('RabbitMQ'), [], /Server startup complete|completed with/, {
          HOME: folder,
          ERL_EPMD_PORT: String(names),
          RABBITMQ_NODENAME: `test${port}@localhost`,
          RABBITMQ_DIST_PORT: String(distribution),
          RABBITMQ_CONFIG_FILE: config,
          RABBITMQ_MNESIA_BASE: folder,
          RABBITMQ_LOG_BASE: folder,
          RABBITMQ_LOGS: '-',
          RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
        });
      });
      const options = {
        urls: [`amqp://${HOST}:${port}`],
        queue: 'doors',
        queueOptions: { durable: false },
      };
      return {
        options: { transport: Transport.RMQ, options },
        stop: async () => {
          await stop();
          await epmd.stop();
        },
      };
    },
    record: (_client, metadata) =>
      new RmqRecordBuilder({}).setOptions({ headers: metadata as Record<string, string> }).build(),
    hostile: (header) => [
      TWICE(header),
      { authorization: null },
      { authorization: 5 },
      { authorization: [header] },
      { authorization: { value: header } },
      { headers: { authorization: header } },
      { cookie: header.replace('Bearer ', '__session=') },
    ],
  },
  Kafka: {
    start: async () => {
      const { found, stop } = await startProgram(
        program('Kafka'),
        ['-C', '-b', 'x', '-t', 't', '-X', 'test.mock.num.brokers=1', '-d', 'mock'],
        /bootstrap\.servers=([\d.]+:\d+)/,
      );
      const options = {
        client: { brokers: [found[1]!], logLevel: 0 },
        consumer: { groupId: 'doors', allowAutoTopicCreation: true, maxWaitTimeInMs: 100 },
        subscribe: { fromBeginning: true },
      };
      return { options: { transport: Transport.KAFKA, options }, stop };
    },
    // One key: all of them come one after the other, in one partition.
    record: (_client, metadata) => ({ key: 'one', value: '{}', headers: metadata }),
    hostile: (header) => [
      TWICE(header),
      { authorization: '' },
      { authorization: Buffer.from([0xff, 0xfe, 0]) },
      { authorization: [header, header] },
      { cookie: header.replace('Bearer ', '__session=') },
    ],
  },
  MQTT: {
    start: async () => {
      const port = await freePort();
      const stop = await inFolder(async (folder) => {
        const config = join(folder, 'mosquitto.conf');
        await writeFile(config, `listener ${port} ${HOST}\nallow_anonymous true\n`);
        return startProgram(program('MQTT'), ['-v', '-c', config], /running/);
      });
      const options = { url: `mqtt://${HOST}:${port}`, protocolVersion: 5 as const };
      return { options: { transport: Transport.MQTT, options }, stop };
    },
    record: (_client, metadata) =>
      new MqttRecordBuilder({})
        .setProperties({ userProperties: metadata as Record<string, string> })
        .build(),
    hostile: (header) => [
      TWICE(header),
      { authorization: [header, header] },
      { authorization: 'Bearer' },
      { cookie: header.replace('Bearer ', '__session=') },
    ],
  },
};
