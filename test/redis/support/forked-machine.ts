import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ClerkOptions, Notice } from 'nestjs-clerk-auth';
import type { NEWEST } from './clients.js';

/** What a machine is to be. */
export interface Outfit {
  /** Of Redis. */
  readonly port: number;
  readonly client: keyof typeof NEWEST;
  readonly clerk: ClerkOptions;
}

/** What a machine is told to do. */
export type Order = { readonly revoke: string } | { readonly publish: readonly Notice[] };

/** What a machine says. */
export type Report =
  | { readonly port: number; readonly bootedIn: number }
  | { readonly done: true }
  | { readonly failed: string };

/** A machine in a process of its own, which can be stopped as a whole. */
export class ForkedMachine {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** Milliseconds that Nest took until it listened. */
    readonly bootedIn: number,
  ) {}

  static async start(outfit: Outfit): Promise<ForkedMachine> {
    const file = new URL('./machine-process.ts', import.meta.url);
    const hooks = new URL('./run-typescript.mjs', import.meta.url);
    const child = fork(file, [JSON.stringify(outfit)], {
      execArgv: ['--import', hooks.href],
      serialization: 'advanced',
    });
    const report = await next(child);
    if (!('port' in report)) throw new Error('It did not come up.');
    return new ForkedMachine(child, report.port, report.bootedIn);
  }

  async carryOut(order: Order): Promise<void> {
    const reported = next(this.child);
    this.child.send(order);
    const report = await reported;
    if ('failed' in report) throw new Error(report.failed);
  }

  /** Stands still from now on, like a virtual machine that is moved. */
  halt(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** The next report; rejects when the process ends without. */
async function next(child: ChildProcess): Promise<Report> {
  const settled = new AbortController();
  const { signal } = settled;
  const gone = once(child, 'exit', { signal }).then(() => {
    throw new Error('The machine ended.');
  });
  gone.catch(() => undefined);
  try {
    const [report] = (await Promise.race([once(child, 'message', { signal }), gone])) as [Report];
    return report;
  } finally {
    settled.abort();
  }
}
