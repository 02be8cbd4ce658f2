import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that runs until it is stopped. */
export interface RunningProgram {
  /** What the pattern found in its output. */
  readonly found: RegExpExecArray;
  stop(): Promise<void>;
}

/**
 * Starts a program, and waits until it says that it is ready.
 *
 * @param ready found in its output
 */
export async function startProgram(
  program: string,
  args: readonly string[],
  ready: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProgram> {
  // In a group of its own: some are scripts that start the program proper.
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const exited = once(child, 'exit');
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    let said = '';
    const hear = (text: Buffer): void => {
      said += text.toString();
      const match = ready.exec(said);
      if (match !== null) resolve(match);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`${program} ended before it was ready:\n${said.slice(-2000)}`));
    });
  });
  // What it goes on to say is not looked at, and must not fill anybody's memory.
  for (const output of [child.stdout, child.stderr]) output.removeAllListeners('data').resume();
  return {
    found,
    stop: async () => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
  };
}
