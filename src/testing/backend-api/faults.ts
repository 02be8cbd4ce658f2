import { setTimeout as delay } from 'node:timers/promises';
import type { Asked } from '../http/asked.js';
import type { Answer, Reply } from '../http/reply.js';

/** What is wrong with this Clerk, on request? */
export class Faults {
  #outage: Reply | undefined;
  #latency = 0;
  readonly #answers = new Map<string, Answer>();

  breakDown(reply: Reply): void {
    this.#outage = reply;
  }

  recover(): void {
    this.#outage = undefined;
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
