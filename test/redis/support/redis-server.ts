import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { findBroker } from '../../brokers/support/find-brokers.mjs';
import { startProgram, type RunningProgram } from '../../brokers/support/start-program.js';
import { freePort } from '../../support/free-port.js';

const HOST = '127.0.0.1';

/** A Redis of the test's own, which forgets everything when it stops. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly more: readonly string[],
    private running: RunningProgram | undefined,
  ) {}

  /** @param more of its command line */
  static async start(...more: string[]): Promise<RedisServer> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'redis-'));
    const server = new RedisServer(port, folder, more, undefined);
    await server.back();
    return server;
  }

  /** A cluster of one node, which holds every key. */
  static async startCluster(): Promise<RedisServer> {
    const server = await RedisServer.start(
      '--cluster-enabled',
      'yes',
      '--cluster-announce-ip',
      HOST,
    );
    await server.ask('CLUSTER ADDSLOTSRANGE 0 16383');
    // It takes a moment until it finds itself whole.
    while ((await server.ask('DEL whole')) !== ':0') await setImmediate();
    return server;
  }

  get url(): string {
    return `redis://${HOST}:${String(this.port)}`;
  }

  /** Starts it anew on its port, with nothing in it. */
  async back(): Promise<void> {
    const program = findBroker('Redis');
    if (program === undefined)
      throw new Error('redis-server is required here, and is not installed.');
    const place = ['--port', String(this.port), '--bind', HOST, '--dir', this.folder];
    const args = [...place, '--save', '', '--appendonly', 'no', ...this.more];
    this.running = await startProgram(program, args, /Ready to accept connections/);
    if ((await this.ask('PING')) !== '+PONG') throw new Error('Redis does not answer.');
  }

  /** Ends it, and all that it knew. */
  async down(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  async stop(): Promise<void> {
    await this.down();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 9 });
  }

  /** The first line of what it answers to a command, on a connection for that alone. */
  ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, HOST, () => socket.write(`${command}\r\n`));
      socket.once('error', reject).once('data', (data) => {
        resolve(data.toString().split('\r\n')[0] ?? '');
        socket.destroy();
      });
    });
  }
}
