import type { HttpAdapterHost } from '@nestjs/core';
import { onceServerIsThere } from '../../transport/server-below.js';
import { putLocals } from './clerk-locals.js';
import type { ScriptSettings } from './clerk-scripts.js';

type Step = (request: object, response: object, next: () => void) => void;

/** As much of a server as it takes to see every request with the response that handlers get. */
interface Server {
  use(step: Step): unknown;
  addHook(name: 'onRequest', step: Step): unknown;
}

/**
 * Gives every view of the application `clerk`, also that of a `@Public()` page, and of a filter that answers a refusal. A
 * step before the routes and no interceptor: that would cost every page more than the guard does.
 */
export function serveLocals(host: HttpAdapterHost, settings: ScriptSettings): void {
  const step: Step = (request, response, next) => {
    putLocals(request, response, settings);
    next();
  };
  onceServerIsThere(host, ({ kind, instance }) => {
    const server = instance as unknown as Server;
    if (kind === 'express') server.use(step);
    else server.addHook('onRequest', step);
  });
}
