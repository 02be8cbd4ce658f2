import type { ExecutionContext } from '@nestjs/common';

/** Nest's key, the same on 11 and 12, and its word for a handler that answers nothing. */
const HANDLER_TYPE = 'microservices:handler_type';
const EVENT = 2;

/** Whether a message is handled as an event. */
export function isEventHandler(context: ExecutionContext): boolean {
  return (
    context.getType<string>() === 'rpc' &&
    Reflect.getMetadata(HANDLER_TYPE, context.getHandler()) === EVENT
  );
}
