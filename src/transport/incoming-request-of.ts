import { Logger, type ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration-error.js';
import {
  graphqlContextOf,
  graphqlSourceOf,
  operationOf,
  readGraphqlRequest,
} from './graphql-request.js';
import { carrierOf, readHttpRequest, type HttpRequest } from './http-request.js';
import type { IncomingRequest } from './incoming-request.js';
import { readRpcRequest } from './rpc-request.js';
import { readSocketMessage } from './socket-message.js';

/**
 * The question that an execution context carries: an HTTP request, a GraphQL operation, a message of a socket or of a
 * microservice.
 *
 * @throws ConfigurationError `context_unsupported` for a kind that this version cannot read: never a silent pass
 */
export function incomingRequestOf(context: ExecutionContext): IncomingRequest {
  switch (context.getType<string>()) {
    case 'http':
      return readHttpRequest(context.switchToHttp().getRequest<HttpRequest>());
    case 'graphql':
      return graphqlRequestOf(context);
    case 'ws':
      return (
        readSocketMessage(context.getArgs()) ?? refuseContext(context, 'its client is no object')
      );
    case 'rpc':
      return readRpcRequest(context.getArgs()) ?? refuseContext(context, NO_METADATA);
    default:
      return refuseContext(context, 'nothing is known about this kind');
  }
}

/**
 * The object that lives as long as the question does.
 *
 * @throws ConfigurationError `context_unsupported`
 */
export function carrierOfContext(context: ExecutionContext): object {
  return context.getType<string>() === 'http'
    ? carrierOf(context.switchToHttp().getRequest<HttpRequest>())
    : incomingRequestOf(context).carrier;
}

/** `Controller.handler`, for messages. */
export function routeOf(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}

function graphqlRequestOf(context: ExecutionContext): IncomingRequest {
  const graphql = graphqlContextOf(context.getArgs());
  const source = graphqlSourceOf(graphql, operationOf(context.getArgs()));
  return source.kind === 'unreadable'
    ? refuseContext(context, source.problem)
    : readGraphqlRequest(source, graphql as object);
}

const logger = new Logger('ClerkModule');

const NO_METADATA =
  'this transport has no place for a credential (TCP and Redis have one from Nest 12 on)';

const WAY_OUT =
  'The call was refused. Mark the handler with @Public() and guard it by other means.';

/**
 * Refuses a call of which nobody can tell who makes it.
 *
 * @throws ConfigurationError `context_unsupported`, always
 */
export function refuseContext(context: ExecutionContext, because: string): never {
  const kind = context.getType<string>();
  const problem =
    `${routeOf(context)} asks for a session, but this execution context of kind "${kind}" cannot be read: ` +
    `${because}. ${WAY_OUT}`;
  // GraphQL sends what was thrown to whoever asked: where and why is for the log alone.
  if (kind !== 'graphql') throw new ConfigurationError([problem], 'context_unsupported');
  logger.error(problem);
  const generic = `Sessions cannot be read from this execution context of kind "${kind}". ${WAY_OUT}`;
  throw new ConfigurationError([generic], 'context_unsupported');
}
