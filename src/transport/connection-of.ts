import type { ExecutionContext } from '@nestjs/common';
import type { Connection } from './connection.js';
import { graphqlConnection } from './graphql-connection.js';
import { graphqlContextOf, graphqlSourceOf } from './graphql-request.js';
import type { HttpRequest } from './http-request.js';
import { refuseContext } from './incoming-request-of.js';
import { streamConnection } from './stream-connection.js';

const UNHELD =
  'its GraphQL context shows neither the socket nor the response, so the subscription would outlive its token: leave ' +
  '"context" out, or hand on what the driver gave it as "req"';

/**
 * What goes on after this call was let in: the stream of an HTTP response, the socket of a GraphQL operation;
 * `undefined` where there is nothing to hold. Gateways hold their sockets themselves.
 *
 * @throws ConfigurationError `context_unsupported`, for a GraphQL operation that nobody could end
 */
export function connectionOf(context: ExecutionContext): Connection | undefined {
  switch (context.getType<string>()) {
    case 'http': {
      const http = context.switchToHttp();
      return streamConnection(http.getRequest<HttpRequest>(), http.getResponse());
    }
    case 'graphql':
      return ofOperation(graphqlContextOf(context.getArgs())) ?? refuseContext(context, UNHELD);
    default:
      return undefined;
  }
}

/** Yoga answers subscriptions over HTTP as well, with an event stream. */
function ofOperation(graphql: unknown): Connection | undefined {
  const source = graphqlSourceOf(graphql);
  if (source.kind === 'socket') return graphqlConnection(source);
  if (source.kind === 'unreadable') return undefined;
  const { res, reply } = Object(graphql) as { readonly res?: unknown; readonly reply?: unknown };
  return streamConnection(source.request, res ?? reply);
}
