import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that goes when this process ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sync-sample-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  // By default a signal ends a process without 'exit'.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit());
  return folder;
}
