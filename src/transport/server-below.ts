import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';

/** Runs before everything else of a request; `next` goes on. */
export type FirstStep = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** As much of an Express application as it takes to be first. */
interface ExpressServer {
  use(step: FirstStep): unknown;
}

/** What Fastify tells of a route that is being added, and may be changed there. */
export interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  bodyLimit?: number | undefined;
  preParsing?: unknown;
}

type FastifyHook = (
  request: { readonly raw: IncomingMessage },
  reply: { readonly raw: ServerResponse },
  done: (error?: Error) => void,
) => void;

/** As much of a Fastify instance as it takes to be first. */
interface FastifyServer {
  addHook(name: 'onRequest', hook: FastifyHook): unknown;
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
}

/** The HTTP server that Nest speaks through. */
export type ServerBelow =
  | { readonly kind: 'express'; readonly instance: ExpressServer }
  | { readonly kind: 'fastify'; readonly instance: FastifyServer };

/**
 * Calls with the server as soon as there is one. Nest adds its parsers and routes in `app.init()`, and makes providers
 * before that: whoever calls this while a provider is made comes before them all. In a testing module the server comes
 * after the providers, with `createNestApplication()`. Never called where an application serves no HTTP.
 */
export function onceServerIsThere(
  host: HttpAdapterHost,
  install: (server: ServerBelow) => void,
): void {
  host.init$.subscribe(() => {
    const server = serverOf(host.httpAdapter);
    if (server !== undefined) install(server);
  });
}

/** Has a step run before everything else of each request, parsers and middleware of the application included. */
export function runFirst(server: ServerBelow, step: FirstStep): void {
  switch (server.kind) {
    case 'express':
      server.instance.use(step);
      return;
    case 'fastify':
      server.instance.addHook('onRequest', ({ raw }, reply, done) => {
        step(raw, reply.raw, (error) => {
          done(error as Error | undefined);
        });
      });
  }
}

/** By what the adapter says of itself: the adapters are packages that this one does not load. */
function serverOf(adapter: unknown): ServerBelow | undefined {
  const { getType, getInstance } = (adapter ?? {}) as Partial<
    Record<'getType' | 'getInstance', () => unknown>
  >;
  if (getType === undefined || getInstance === undefined) return undefined;
  const kind = getType.call(adapter);
  const instance = getInstance.call(adapter);
  if (kind === 'express') return { kind, instance: instance as ExpressServer };
  return kind === 'fastify' ? { kind, instance: instance as FastifyServer } : undefined;
}
