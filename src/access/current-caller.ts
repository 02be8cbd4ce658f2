import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '../session/caller.js';
import { callerOn } from '../session/session-on.js';
import { assertLooked } from './assert-looked.js';
import { noteCallerParameter } from './caller-parameter.js';

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
export const CurrentCaller = createParamDecorator(
  (_nothing: undefined, context: ExecutionContext): Caller | null =>
    callerOn(assertLooked(context, '@CurrentCaller()')),
  [noteCallerParameter('@CurrentCaller()')],
);
