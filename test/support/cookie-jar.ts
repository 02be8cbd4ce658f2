/** The cookies of a browser for one host: they know no ports, and no paths here. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = ''] = line.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      if (/; Max-Age=0(?:;|$)/.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, pair);
    }
  }

  get header(): string {
    return [...this.#cookies.values()].join('; ');
  }

  get names(): string[] {
    return [...this.#cookies.keys()];
  }

  drop(name: string): void {
    this.#cookies.delete(name);
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, `${name}=${value}`);
  }
}
