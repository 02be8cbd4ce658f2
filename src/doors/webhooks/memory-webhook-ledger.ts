import { WebhookLedger, type Claim } from './webhook-ledger.js';

/** Of each kind; then the oldest leaves. */
const CAPACITY = 10_000;

interface Held {
  readonly owner: string;
  readonly until: number;
}

/** What this process has handled. Other processes know nothing of it, nor does this one after a restart. */
export class MemoryWebhookLedger extends WebhookLedger {
  private readonly held = new Map<string, Held>();
  private readonly done = new Map<string, number>();

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number) {
    super();
  }

  override claim(key: string, owner: string, lease: number): Promise<Claim> {
    const now = this.now();
    if ((this.done.get(key) ?? now) > now) return Promise.resolve('done');
    if ((this.held.get(key)?.until ?? now) > now) return Promise.resolve('busy');
    keep(this.held, key, { owner, until: now + lease });
    return Promise.resolve('claimed');
  }

  override complete(key: string, remember: number): Promise<void> {
    this.held.delete(key);
    keep(this.done, key, this.now() + remember);
    return Promise.resolve();
  }

  override release(key: string, owner: string): Promise<void> {
    if (this.held.get(key)?.owner === owner) this.held.delete(key);
    return Promise.resolve();
  }
}

/** In order of arrival: what was kept longest is the first to go. */
function keep<Value>(entries: Map<string, Value>, key: string, value: Value): void {
  entries.delete(key);
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > CAPACITY && oldest !== undefined) entries.delete(oldest);
}
