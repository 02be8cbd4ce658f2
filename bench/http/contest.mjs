import { Child } from '../support/child.mjs';
import { Load } from '../support/load.mjs';
import { CREDENTIALS, navigationBytes, requestBytes } from '../support/request.mjs';
import { SCALE } from '../support/scale.mjs';
import { VARIANTS } from './variants.mjs';

const SERVER = new URL('server.mjs', import.meta.url);

/** The tokens that a server meets again and again. */
const REPEATED = 1000;

/** One variant on one adapter: a server process with a protected and an unprotected application. */
export class HttpContest {
  #child = new Child(SERVER);
  #fresh;
  #used = 0;

  constructor(name, adapter, fixture) {
    this.name = name;
    this.adapter = adapter;
    this.variant = VARIANTS[name];
    this.fixture = fixture;
    const brought = this.variant.tokens === 'expired' ? fixture.expired : fixture.fresh;
    this.#fresh = brought.map((minted) => this.#toBytes(minted));
    this.rounds = [];
  }

  async open() {
    const { name, adapter, fixture } = this;
    const ports = await this.#child.ask('listen', {
      name,
      adapter,
      fixture: withoutTokens(fixture),
    });
    this.bare = await Load.open(ports.bare);
    this.guarded = await Load.open(ports.guarded);
  }

  /** Until the code is compiled; no token that is to be new is met here, and whatever is to be repeated is met twice. */
  async warmUp() {
    const count = this.#shareOf(this.fixture.warm.length);
    const requests = {
      fresh: () => this.fixture.warm.slice(0, count).map((minted) => this.#toBytes(minted)),
      repeated: () => this.#bring(count),
      none: () => this.#bring(count),
      expired: () => this.#bring(count),
    }[this.variant.tokens]();
    await this.#cpuOf(this.bare, requests);
    await this.#cpuOf(this.guarded, requests);
  }

  /** Bare, guarded, guarded, bare: what drifts meanwhile weighs on both alike. */
  async round() {
    const count = this.#shareOf(SCALE.httpBatch);
    const first = this.#bring(count);
    const second = this.#bring(count);
    const costs = [
      await this.#cpuOf(this.bare, first),
      await this.#cpuOf(this.guarded, first),
      await this.#cpuOf(this.guarded, second),
      await this.#cpuOf(this.bare, second),
    ];
    const bare = (costs[0] + costs[3]) / 2;
    const guarded = (costs[1] + costs[2]) / 2;
    this.rounds.push({ bare, added: guarded - bare, ratio: guarded / bare });
  }

  async close() {
    this.bare?.close();
    this.guarded?.close();
    await this.#child.stop();
  }

  #shareOf(count) {
    return Math.round(count * (this.variant.share ?? 1));
  }

  #bring(count) {
    const { tokens } = this.variant;
    if (tokens === 'none') return Array.from({ length: count }, () => requestBytes());
    const from = tokens === 'fresh' ? this.#fresh.length : Math.min(REPEATED, this.#fresh.length);
    const requests = Array.from(
      { length: count },
      (_, index) => this.#fresh[(this.#used + index) % from],
    );
    this.#used += count;
    if (tokens === 'fresh' && this.#used > from) throw new Error('out of fresh tokens');
    return requests;
  }

  /** As an app sends it, or as a browser does that asks for a page. */
  #toBytes(minted) {
    return this.variant.isPage
      ? navigationBytes(minted, this.fixture.cookieSuffix)
      : requestBytes(CREDENTIALS.bearer(minted));
  }

  /** Microseconds of the server's CPU for one request. */
  async #cpuOf(load, requests) {
    const expected = load === this.bare ? 200 : (this.variant.expected ?? 200);
    const before = await this.#child.ask('cpu');
    const { statuses } = await load.sendAll(requests);
    const after = await this.#child.ask('cpu');
    if (statuses.get(expected) !== requests.length) {
      throw new Error(`${this.name} on ${this.adapter} answered ${JSON.stringify([...statuses])}`);
    }
    return (after - before) / requests.length;
  }
}

function withoutTokens(fixture) {
  return { ...fixture, warm: [], fresh: [], expired: [] };
}
