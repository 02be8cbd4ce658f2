import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Load and bookkeeping on one core, what is measured on the other. */
export const LOAD_CORE = 0;
export const MEASURED_CORE = 1;

export const PINNED = canPin();

/** Keeps this process on the load core. */
export function stayOnLoadCore() {
  if (PINNED) execFileSync('taskset', ['-a', '-p', '-c', String(LOAD_CORE), String(process.pid)]);
}

/** The command that starts Node on the measured core. @param {readonly string[]} args */
export function measuredNode(args) {
  if (!PINNED) return [process.execPath, ...args];
  return ['taskset', '-c', String(MEASURED_CORE), process.execPath, ...args];
}

function canPin() {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync('taskset', ['-V']);
    return true;
  } catch {
    return false;
  }
}
