import { setTimeout as delay } from 'node:timers/promises';
import type { Asked } from '../http/asked.js';
import type { Answer, Reply } from '../http/reply.js';
import type { OutageOptions } from './outage.js';

/** What is wrong with this Clerk, on request? */
export class Faults {
  #outage: Reply | undefined;
  /** Of the Frontend API alone. */
  #frontendOutage: Reply | undefined;
  #latency = 0;
  readonly #answers = new Map<string, Answer>();

  breakDown(reply: Reply, { frontendApi = false }: Pick<OutageOptions, 'frontendApi'> = {}): void {
    this.#outage = reply;
    this.#frontendOutage = frontendApi ? reply : undefined;
  }

  recover(): void {
    this.#outage = undefined;
    this.#frontendOutage = undefined;
  }

  get isDown(): boolean {
    return this.#outage !== undefined;
  }

  /** What to reply to the browser in place of Clerk; `undefined` when Clerk is well. */
  get frontendOutage(): Reply | undefined {
    return this.#frontendOutage;
  }

  /** @param milliseconds 0 is none */
  setLatency(milliseconds: number): void {
    this.#latency = milliseconds;
  }

  setAnswer(method: string, path: string, answer: Answer): void {
    this.#answers.set(`${method.toUpperCase()} ${path}`, answer);
  }

  withdrawAnswer(method: string, path: string): void {
    this.#answers.delete(`${method.toUpperCase()} ${path}`);
  }

  /** What to reply in place of Clerk, after the latency; `undefined` when Clerk is well. */
  async replyTo({ method, path }: Asked): Promise<Reply | undefined> {
    // Unreferenced: a Clerk that was stopped keeps no process alive.
    if (this.#latency > 0) await delay(this.#latency, undefined, { ref: false });
    return this.#outage ?? this.#answers.get(`${method} ${path}`);
  }
}
