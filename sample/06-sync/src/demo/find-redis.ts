import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';

export interface FoundRedis {
  readonly url: string;
  /** For people. */
  readonly what: string;
}

/** The Redis that REDIS_URL names, else one of our own where `redis-server` is installed. */
export async function findRedis(folder: string): Promise<FoundRedis | undefined> {
  const url = process.env.REDIS_URL ?? '';
  if (url === '') return startRedis(folder);
  return (await answers(url, 3)) ? { url, what: 'the Redis that REDIS_URL names' } : undefined;
}

async function startRedis(folder: string): Promise<FoundRedis | undefined> {
  const port = await freePort();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const server = spawn('redis-server', [...place, '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  process.once('exit', () => server.kill());
  const url = `redis://127.0.0.1:${port}`;
  const isThere = await Promise.race([
    answers(url, 50),
    once(server, 'error').then(
      () => false,
      () => false,
    ),
  ]);
  return isThere ? { url, what: `a Redis of its own on port ${port}` } : undefined;
}

async function answers(url: string, attempts: number): Promise<boolean> {
  const redis = new Redis(url, { retryStrategy: () => 100, maxRetriesPerRequest: attempts });
  redis.on('error', () => undefined);
  try {
    await redis.ping();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
