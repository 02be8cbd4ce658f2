import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ClerkOptions } from 'nestjs-clerk-auth';

/** What a machine that limits its callers is to be. */
export interface ThrottledOutfit {
  readonly adapter: 'express' | 'fastify';
  /** Where it counts: in this Redis, or in its own memory. */
  readonly redis: string | undefined;
  /** Requests of one caller a minute. */
  readonly limit: number;
  readonly clerk: ClerkOptions;
}

/** A machine that limits its callers: in a process of its own, because Jest cannot load throttler beside Nest 12. */
export class ThrottledMachine {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(outfit: ThrottledOutfit): Promise<ThrottledMachine> {
    const file = new URL('./throttled-process.ts', import.meta.url);
    const hooks = new URL('./run-typescript.mjs', import.meta.url);
    const child = fork(file, [JSON.stringify(outfit)], { execArgv: ['--import', hooks.href] });
    const ended = once(child, 'exit').then(() => {
      throw new Error('The machine did not come up.');
    });
    const [url] = (await Promise.race([once(child, 'message'), ended])) as [string];
    ended.catch(() => undefined);
    return new ThrottledMachine(child, url);
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
