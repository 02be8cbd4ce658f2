import { Logger, type ExecutionContext } from '@nestjs/common';
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
  throw unsupported(context, kind);
}

const logger = new Logger('ClerkModule');

const WAY_OUT =
  'The call was refused. Mark the handler with @Public() and guard it by other means.';

/** GraphQL sends what was thrown to whoever asked: where and why is for the log alone. */
function unsupported(context: ExecutionContext, kind: string): ConfigurationError {
  const problem =
    `${routeOf(context)} asks for a session, but only HTTP requests can be read and this execution context is of ` +
    `kind "${kind}". ${WAY_OUT}`;
  if (kind !== 'graphql') return new ConfigurationError([problem], 'context_unsupported');
  logger.error(problem);
  const generic = `Sessions cannot be read from an execution context of kind "${kind}". ${WAY_OUT}`;
  return new ConfigurationError([generic], 'context_unsupported');
}
