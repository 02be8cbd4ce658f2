import type { IncomingMessage } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';
import { holderOn, keepHolder } from '../session/request-slot.js';
import { createHolder } from '../session/session-holder.js';
import { onceServerIsThere, runFirst, type FirstStep } from '../transport/server-below.js';
import { runIn, type SessionScope } from './session-scope.js';

const NOTHING_GIVEN: SessionScope['given'] = [];

/** Has each HTTP request run in a scope of its own, from before its body is read to the last filter. */
export function openScopes(host: HttpAdapterHost): void {
  onceServerIsThere(host, (server) => {
    runFirst(server, inScopeOfItsOwn);
  });
}

const inScopeOfItsOwn: FirstStep = (request, _response, next) => {
  // Mercurius has the request that opens a socket go through the hooks of Fastify. What is asked over the socket later
  // comes with a caller of its own.
  if (isUpgrade(request)) {
    runIn(undefined, next);
    return;
  }
  // A second Clerk instance of the application was here already.
  if (holderOn(request) !== undefined) {
    next();
    return;
  }
  const holder = createHolder();
  keepHolder(request, holder);
  runIn({ holder, given: NOTHING_GIVEN }, next);
};

/** Node's own word, which counts who listens for upgrades: clients write `Upgrade: h2c` into ordinary requests. */
function isUpgrade(request: IncomingMessage & { readonly upgrade?: unknown }): boolean {
  return request.upgrade === true;
}
