import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Session } from '../session/session.js';
import { sessionIn } from '../session/caller-in.js';
import { requireAdmitted } from './require-admitted.js';
import { noteCallerParameter } from './caller-parameter.js';
import type { ParameterPipe } from './parameter-pipe.js';

/** What `@CurrentSession()` can pick out. */
export type SessionProperty = Exclude<keyof Session, 'has'>;

/**
 * The session that the guard proved, or `null` on a route where it is optional; `@CurrentSession('userId')` gives
 * one property of it.
 *
 * @example me(@CurrentSession() session: Session) { return session.userId; }
 * @throws ConfigurationError `guard_missing`, naming controller and handler, when no guard has looked at the request
 */
export const CurrentSession: {
  (...pipes: ParameterPipe[]): ParameterDecorator;
  (property: SessionProperty | undefined, ...pipes: ParameterPipe[]): ParameterDecorator;
} = createParamDecorator(
  (property: SessionProperty | undefined, context: ExecutionContext): unknown => {
    const session = sessionIn(requireAdmitted(context, '@CurrentSession()'));
    return property === undefined || session === null ? session : session[property];
  },
  [noteCallerParameter('@CurrentSession()')],
);
