import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface AppProcess {
  readonly url: string;
}

/** One process of the app, as a machine of yours would run it. It ends with this one. */
export async function startProcess(
  port: number,
  environment: Readonly<Record<string, string>>,
): Promise<AppProcess> {
  const env = { ...process.env, ...environment, PORT: String(port) };
  const child = fork(join(import.meta.dirname, '../app.js'), { env });
  child.once('exit', (code) => process.exit(code ?? 1));
  const [told] = (await once(child, 'message')) as [{ readonly port: number }];
  return { url: `http://localhost:${told.port}` };
}
