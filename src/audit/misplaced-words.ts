import type { Type } from '@nestjs/common';
import { promiseOnClass, promiseOnHandler, type Handler } from '../access/written-words.js';
import { entriesOf, isGateway, methodsOf } from './handler-kind.js';
import { isRoute } from './route-paths.js';

// The marks of packages that are optional, on methods and classes that are called without a caller.
const IDLE_METHODS: readonly string[] = [
  // @nestjs/schedule: @Cron(), @Interval(), @Timeout()
  'SCHEDULER_TYPE',
  // @nestjs/event-emitter: @OnEvent()
  'EVENT_LISTENER_METADATA',
  // @nestjs/bullmq: @OnWorkerEvent(), @OnQueueEvent()
  'bullmq:worker_events_metadata',
  'bullmq:queue_events_metadata',
  // @nestjs/bull: @Process(), @OnQueue…()
  'bull:module_queue_process',
  'bull:module_on_queue_event',
  // @nestjs/cqrs: @Saga()
  '__saga__',
];
const IDLE_CLASSES: readonly string[] = [
  'bullmq:processor_metadata',
  'bullmq:queue_events_listener_metadata',
  'bull:module_queue',
  '__commandHandler__',
  '__queryHandler__',
  '__eventsHandler__',
];

/** Nest calls these of a gateway without guards. */
const HOOKS: readonly string[] = ['handleConnection', 'handleDisconnect', 'afterInit'];

const NOBODY =
  'but guards are not called there: a job, a schedule or an event has no caller. Remove it; carry ids as data, and ask ' +
  'SessionService.getSession(id) if it matters.';

const AT_CONNECTION =
  'but guards are not called there: say who may connect on the class, beside @GuardConnections().';

/**
 * Decorators of ours where guards are never called, such as on `@Cron()`, `@OnEvent()`, the processor of a queue or a
 * gateway's `handleConnection`: they look like protection, and are none.
 */
export function misplacedWordsIn(type: Type): readonly string[] {
  const isIdleClass = IDLE_CLASSES.some((mark) => Reflect.hasMetadata(mark, type));
  const methods = methodsOf(type).flatMap(([name, handler]) => {
    const because = whyIdle(type, isIdleClass, name, handler);
    const promised = because === undefined ? undefined : promiseOnHandler(handler, type);
    return promised === undefined
      ? []
      : [`${type.name}.${name} says ${promised}, ${because ?? ''}`];
  });
  const promised = isIdleClass ? promiseOnClass(type) : undefined;
  return promised === undefined
    ? methods
    : [`${type.name} says ${promised}, ${NOBODY}`, ...methods];
}

function whyIdle(
  type: Type,
  isIdleClass: boolean,
  name: string,
  handler: Handler,
): string | undefined {
  if (isGateway(type) && HOOKS.includes(name)) return AT_CONNECTION;
  const isIdle = isIdleClass || IDLE_METHODS.some((mark) => Reflect.hasMetadata(mark, handler));
  // The same method may be a route or a message handler as well, where guards are called.
  const isCalled = isRoute(handler) || entriesOf(type, name, handler).length > 0;
  return isIdle && !isCalled ? NOBODY : undefined;
}
