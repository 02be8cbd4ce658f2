import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';

export type Next = (error?: unknown) => void;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

/** An application of Express, as far as tests use one. */
export type ExpressInstance = RequestListener & {
  use(middleware: Middleware | RequestListener): ExpressInstance;
  use(path: string, middleware: RequestListener): ExpressInstance;
};

/** A new one: Express itself is a package of Nest's adapter. */
export function expressInstance(): ExpressInstance {
  return new ExpressAdapter().getInstance<ExpressInstance>();
}

/** One with a parser of Express on it. */
export function expressWithParser(
  type: 'json' | 'raw' | 'text',
  keepsBytes = false,
): ExpressInstance {
  const adapter = new ExpressAdapter();
  adapter.useBodyParser(type, keepsBytes, { type: '*/*', limit: '10mb' });
  return adapter.getInstance<ExpressInstance>();
}
