import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Machine } from '../session/machine.js';
import { requireAdmitted } from './require-admitted.js';
import { callerIn } from '../session/caller-in.js';
import { noteCallerParameter } from './caller-parameter.js';
import type { ParameterPipe } from './parameter-pipe.js';

/**
 * The machine that calls, or `null` when a session does. Only where `@AcceptTokens()` lets machines in.
 *
 * @example report(@CurrentMachine() machine: Machine) { return machine.subject; }
 * @throws ConfigurationError `guard_missing`, naming controller and handler, when no guard has looked at the request
 */
export const CurrentMachine: (...pipes: ParameterPipe[]) => ParameterDecorator =
  createParamDecorator(
    (_nothing: undefined, context: ExecutionContext): Machine | null => {
      const caller = callerIn(requireAdmitted(context, '@CurrentMachine()'));
      return caller === null || caller.tokenType === 'session_token' ? null : caller;
    },
    [noteCallerParameter('@CurrentMachine()')],
  );
