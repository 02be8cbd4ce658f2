import type { ExecutionContext } from '@nestjs/common';
import type { Connection } from './connection.js';
import { graphqlConnection } from './graphql-connection.js';
import { graphqlContextOf, graphqlSourceOf } from './graphql-request.js';
import type { HttpRequest } from './http-request.js';
import { streamConnection } from './stream-connection.js';

/**
 * What goes on after this call was let in: the stream of an HTTP response, the socket of a GraphQL operation;
 * `undefined` where there is nothing to hold. Gateways hold their sockets themselves.
 */
export function connectionOf(context: ExecutionContext): Connection | undefined {
  switch (context.getType<string>()) {
    case 'http': {
      const http = context.switchToHttp();
      return streamConnection(http.getRequest<HttpRequest>(), http.getResponse());
    }
    case 'graphql': {
      const source = graphqlSourceOf(graphqlContextOf(context.getArgs()));
      return source.kind === 'socket' ? graphqlConnection(source) : undefined;
    }
    default:
      return undefined;
  }
}
