import type { IncomingHttpHeaders } from 'node:http';
import { overHttp1, type Exchange } from './exchange.js';

/** What a browser got, and the way it went. */
export interface Shown {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The address in the bar at the end. */
  readonly url: string;
  /** Every answer on the way, the last one included. */
  readonly hops: readonly Hop[];
}

export interface Hop {
  readonly url: string;
  readonly status: number;
  readonly location: string | undefined;
  readonly setCookie: readonly string[];
  readonly headers: IncomingHttpHeaders;
}

/** How a browser asks. */
export interface Visiting {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly form?: Readonly<Record<string, string>>;
}

interface Kept {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly endsAt: number | undefined;
}

/** What Chromium writes for somebody who follows a link, on this machine. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const;

/** As Chromium does it. */
const MOST_REDIRECTS = 20;

/** Follows redirects and keeps cookies as browsers do: by host and path, whatever the port; without a page to show. */
export class PageBrowser {
  private readonly jars = new Map<string, Kept[]>();

  /** @param keepsCookies whether it keeps any */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly keepsCookies = true,
    private readonly exchange: Exchange = overHttp1,
  ) {}

  /** Opens an address, and follows where it leads. */
  async open(url: string, visiting: Visiting = {}): Promise<Shown> {
    const hops: Hop[] = [];
    let asked = { url, visiting };
    for (;;) {
      const { text, ...hop } = await this.ask(asked.url, asked.visiting);
      hops.push(hop);
      const { location } = hop;
      const isLast = location === undefined || hop.status < 300 || hop.status >= 400;
      if (isLast) return { status: hop.status, headers: hop.headers, text, url: asked.url, hops };
      if (hops.length > MOST_REDIRECTS) throw new Error('ERR_TOO_MANY_REDIRECTS');
      const next = new URL(location, asked.url).href;
      const { headers = {} } = asked.visiting;
      const keepsMethod = hop.status === 307 || hop.status === 308;
      asked = { url: next, visiting: keepsMethod ? asked.visiting : { headers } };
    }
  }

  /** Opens an address, and follows nothing. */
  async ask(
    url: string,
    { method, headers, form }: Visiting = {},
  ): Promise<Hop & { text: string }> {
    const sent = Object.entries({ ...NAVIGATION, cookie: this.cookiesFor(url), ...headers });
    const body = form === undefined ? undefined : new URLSearchParams(form).toString();
    const given = Object.fromEntries(
      sent.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ) as Record<string, string>;
    const answer = await this.exchange(
      url,
      method ?? (body === undefined ? 'GET' : 'POST'),
      { ...given, ...(body && { 'content-type': 'application/x-www-form-urlencoded' }) },
      body,
    );
    const setCookie = answer.headers['set-cookie'] ?? [];
    if (this.keepsCookies) for (const line of setCookie) this.keep(line, url);
    const { location } = answer.headers;
    return {
      url,
      status: answer.status,
      headers: answer.headers,
      location,
      setCookie,
      text: answer.text,
    };
  }

  /** The `Cookie` header for an address: longer paths first. */
  cookiesFor(url: string): string | undefined {
    const { hostname, pathname } = new URL(url);
    const kept = (this.jars.get(hostname) ?? [])
      .filter(({ path, endsAt }) => isBelow(pathname, path) && (endsAt ?? Infinity) > this.now())
      .toSorted((one, other) => other.path.length - one.path.length);
    const pairs = kept.map(({ name, value }) => `${name}=${value}`);
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  cookie(url: string, name: string): string | undefined {
    const pair = this.cookiesFor(url)
      ?.split('; ')
      .find((one) => one.startsWith(`${name}=`));
    return pair?.slice(name.length + 1);
  }

  /** Puts a `Set-Cookie` line or the pairs of a `Cookie` header into the jar. */
  keep(line: string, url: string): void {
    const { hostname, pathname } = new URL(url);
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', ...value] = pair.split('=');
    const said = new Map(attributes.map((one) => split(one)));
    const path = said.get('path') ?? pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')));
    const others = (this.jars.get(hostname) ?? []).filter(
      (k) => k.name !== name || k.path !== path,
    );
    const seconds = said.get('max-age');
    const endsAt = seconds === undefined ? undefined : this.now() + Number(seconds) * 1000;
    this.jars.set(hostname, [...others, { name, value: value.join('='), path, endsAt }]);
  }

  /** Forgets the cookies whose names begin so. */
  forget(prefix: string): void {
    for (const [host, kept] of this.jars) {
      this.jars.set(
        host,
        kept.filter(({ name }) => !name.startsWith(prefix)),
      );
    }
  }

  keepAll(header: string, url: string): void {
    for (const pair of header.split('; ')) this.keep(`${pair}; Path=/`, url);
  }
}

function split(attribute: string): [string, string] {
  const [name = '', value = ''] = attribute.split('=');
  return [name.toLowerCase(), value];
}

function isBelow(pathname: string, path: string): boolean {
  if (pathname === path) return true;
  return pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/');
}
