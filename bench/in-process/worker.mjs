import { answerQuestions } from '../support/answer-questions.mjs';
import { USERS } from '../support/fixture.mjs';
import { CREDENTIALS, requestWith } from '../support/request.mjs';
import { bareCheck, CANDIDATES } from './candidates.mjs';

/** Requests made at once, outside the measurement; few, so that they live and die as in a server. */
const CHUNK = 50;

/** The tokens that a candidate meets again and again. */
const REPEATED = 1000;

/** Unmet tokens that a round may need. */
const ENOUGH = 1500;

/** Tokens that the floor checks in turn. */
const FLOOR_TOKENS = 1500;

/** One candidate, and the floor beside it in the same process. */
class Contest {
  #candidate;
  #fixture;
  #authenticate;
  #checks;
  #brought = 0;
  #warmUp = 0;

  constructor({ name, fixture }) {
    this.#candidate = CANDIDATES[name];
    this.#fixture = fixture;
    const prepared = bareCheck(fixture.jwtKey);
    this.#checks = fixture.warm.slice(0, FLOOR_TOKENS).map(({ token }) => prepared(token));
  }

  /** @param {number} budget microseconds of CPU before anything counts */
  async warmUp(budget) {
    this.#warmUp = budget;
    await this.#renew();
    this.#floor(budget / 4);
  }

  /** @param {number} slice @returns microseconds of CPU for each operation */
  async round(slice) {
    const tokens = await this.#tokensToBring();
    const before = this.#floor(slice / 2);
    const { cost, done } = await this.#run(tokens, slice);
    const after = this.#floor(slice / 2);
    this.#brought += done;
    return { cost, floor: (before + after) / 2 };
  }

  /** The same ones, or such as this candidate has not met; when it has met them all, a new candidate takes over. */
  async #tokensToBring() {
    const { repeated, remembers } = this.#candidate;
    if (repeated) return this.#fixture.warm.slice(0, REPEATED);
    if (!remembers) return this.#fixture.fresh;
    if (this.#brought + ENOUGH > this.#fixture.fresh.length) await this.#renew();
    return this.#fixture.fresh.slice(this.#brought);
  }

  async #renew() {
    await this.#authenticate?.close?.();
    this.#authenticate = await this.#candidate.create(this.#fixture);
    this.#brought = 0;
    const { repeated, remembers } = this.#candidate;
    const { warm } = this.#fixture;
    // The first one waits for the keys, where keys are fetched.
    await this.#authenticate(this.#requestFor(warm, warm.length - 1));
    const tokens = repeated ? warm.slice(0, REPEATED) : warm;
    const once = remembers && !repeated;
    for (let spent = 0; spent < this.#warmUp;) {
      const { cost, done } = await this.#run(tokens, this.#warmUp);
      // Another time around would warm up what it does with tokens that it has met.
      spent += once ? this.#warmUp : cost * done;
    }
  }

  #requestFor(tokens, at) {
    // Same user, one sign-in round earlier.
    const older = tokens[(at + tokens.length - USERS) % tokens.length];
    const toHeader = CREDENTIALS[this.#candidate.credential];
    return requestWith(toHeader(tokens[at], this.#fixture.cookieSuffix, older));
  }

  /** Brings the tokens in their order, until the CPU or the tokens run out. */
  async #run(tokens, budget) {
    let done = 0;
    let spent = 0;
    while (spent < budget && done + CHUNK <= this.#mostOf(tokens)) {
      const first = done % tokens.length;
      const requests = Array.from({ length: CHUNK }, (_, index) =>
        this.#requestFor(tokens, first + index),
      );
      const start = process.cpuUsage();
      for (let index = 0; index < CHUNK; index += 1) {
        const userId = this.#authenticate(requests[index]);
        const settled = typeof userId === 'string' ? userId : await userId;
        if (settled !== tokens[first + index].userId) {
          throw new Error(`${this.#candidate.label}: not authenticated (${settled})`);
        }
      }
      spent += since(start);
      done += CHUNK;
    }
    return { cost: spent / done, done };
  }

  #mostOf(tokens) {
    return this.#candidate.remembers ? tokens.length : Infinity;
  }

  #floor(budget) {
    let done = 0;
    let spent = 0;
    while (spent < budget) {
      const start = process.cpuUsage();
      for (let index = 0; index < CHUNK; index += 1) {
        if (!this.#checks[(done + index) % this.#checks.length]()) throw new Error('bad signature');
      }
      spent += since(start);
      done += CHUNK;
    }
    return spent / done;
  }
}

function since(start) {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

let contest;

answerQuestions({
  prepare: (entry) => {
    contest = new Contest(entry);
    return contest.warmUp(entry.warmUp);
  },
  round: (slice) => contest.round(slice),
});
