import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { repository } from './repository.js';

/** How a command went on, or ended. */
export interface Course {
  /** `null` while it runs, or when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on until it is stopped, with everything that it starts in turn. */
export class ChildApp {
  private stdout = '';
  private stderr = '';
  private readonly process: ChildProcess;
  private readonly closed: Promise<unknown>;

  /** @param command for the shell, with the programs of node_modules at hand, as in a script of package.json */
  constructor(command: string, environment: Readonly<Record<string, string>>) {
    // A group of its own: npm, nest and the app itself end together.
    this.process = spawn(command, {
      cwd: repository,
      env: { ...cleanEnvironment(), ...environment },
      shell: 'bash',
      detached: true,
    });
    this.closed = once(this.process, 'close');
    this.process.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** Resolves when the text was printed; rejects when the command ended without. */
  async until(text: string): Promise<Course> {
    while (!this.stdout.includes(text)) {
      const more = once(this.process.stdout ?? this.process, 'data');
      await Promise.race([more, this.closed]);
      if (this.process.exitCode !== null && !this.stdout.includes(text)) throw this.failure();
    }
    return this.course();
  }

  /** Resolves when the command has ended by itself. */
  async end(): Promise<Course> {
    await this.closed;
    return this.course();
  }

  /** Ends whatever is left. Harmless when nothing is. */
  async stop(): Promise<void> {
    const { pid } = this.process;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
    await this.closed;
  }

  private course(): Course {
    const { stdout, stderr } = this;
    return { code: this.process.exitCode, stdout, stderr };
  }

  private failure(): Error {
    const { code, stdout, stderr } = this.course();
    return new Error(`The command ended with ${String(code)}.\n${stdout}\n${stderr}`);
  }
}

/** What this run was started with (flags of Node for Jest, a key of the developer's) is not the command's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH = '', ...rest } = process.env;
  const kept = Object.entries(rest).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$|CLERK_|FORCE_COLOR$)/.test(name),
  );
  const path = [join(repository, 'node_modules/.bin'), PATH].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, NO_COLOR: '1' };
}
