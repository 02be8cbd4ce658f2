import type { ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration-error.js';
import { carrierOf, readHttpRequest, type HttpRequest } from './http-request.js';
import type { IncomingRequest } from './incoming-request.js';

/**
 * The question that an execution context carries.
 *
 * @throws ConfigurationError `context_unsupported` for a kind that this version cannot read: never a silent pass
 */
export function incomingRequestOf(context: ExecutionContext): IncomingRequest {
  return readHttpRequest(requestOf(context));
}

/**
 * The object that lives as long as the question does.
 *
 * @throws ConfigurationError `context_unsupported`
 */
export function carrierOfContext(context: ExecutionContext): object {
  return carrierOf(requestOf(context));
}

/** `Controller.handler`, for messages. */
export function routeOf(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}

function requestOf(context: ExecutionContext): HttpRequest {
  const kind = context.getType<string>();
  if (kind === 'http') return context.switchToHttp().getRequest<HttpRequest>();
  const problem =
    `${routeOf(context)} asks for a session, but only HTTP requests can be read and this execution context is of ` +
    `kind "${kind}". The call was refused: guard this handler by other means.`;
  throw new ConfigurationError([problem], 'context_unsupported');
}
