import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { measuredNode } from './cores.mjs';

/** Nothing measured here may depend on the caller's settings, nor on telemetry. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NODE_ENV: 'production',
  CLERK_TELEMETRY_DISABLED: '1',
};

/** Long enough for the slowest question, and the end of a run that hangs. */
const LONGEST_ANSWER = 180_000;

/** A process on the measured core that answers one question at a time. It dies with this one. */
export class Child {
  #process;

  /** @param {URL} file @param {readonly string[]} flags of Node itself */
  constructor(file, flags = []) {
    const [command, ...args] = measuredNode([...profileFlags(), ...flags, fileURLToPath(file)]);
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
    this.#process = spawn(command, args, { stdio, env: ENVIRONMENT, serialization: 'advanced' });
  }

  /** @param {string} name @param {unknown} [value] @returns {Promise<any>} */
  ask(name, value) {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle(reject, new Error(`${name}: no answer`)),
        LONGEST_ANSWER,
      );
      const answered = ({ error, answer }) =>
        error === undefined ? settle(resolve, answer) : settle(reject, new Error(error));
      const died = (code) => settle(reject, new Error(`${name}: the child ended with ${code}`));
      const settle = (how, what) => {
        clearTimeout(timer);
        child.off('message', answered);
        child.off('exit', died);
        how(what);
      };
      child.once('message', answered);
      child.once('exit', died);
      child.send({ name, value });
    });
  }

  /** Ends it and waits until it has gone. */
  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.disconnect();
    await gone;
  }
}

/** `BENCH_PROFILE=<directory>` leaves a CPU profile of every child there. */
function profileFlags() {
  const directory = process.env.BENCH_PROFILE;
  return directory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`];
}
