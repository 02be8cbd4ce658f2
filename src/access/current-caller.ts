import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '../session/caller.js';
import { callerIn } from '../session/caller-in.js';
import { requireAdmitted } from './require-admitted.js';
import { noteCallerParameter } from './caller-parameter.js';
import type { ParameterPipe } from './parameter-pipe.js';

/**
 * Whoever calls, a session or a machine: `caller.tokenType` tells which. `null` on a route where a session is optional.
 *
 * @example
 * ```ts
 * list(@CurrentCaller() caller: Caller) {
 *   return caller.tokenType === 'session_token' ? caller.userId : caller.subject;
 * }
 * ```
 * @throws ConfigurationError `guard_missing`, naming controller and handler, when no guard has looked at the request
 */
export const CurrentCaller: (...pipes: ParameterPipe[]) => ParameterDecorator =
  createParamDecorator(
    (_nothing: undefined, context: ExecutionContext): Caller | null =>
      callerIn(requireAdmitted(context, '@CurrentCaller()')),
    [noteCallerParameter('@CurrentCaller()')],
  );
