import type { ExecutionContext } from '@nestjs/common';
import type { Authentication } from '../session/authentication.js';
import { callerIn } from '../session/caller-in.js';
import { callerIdOf } from '../session/standing.js';
import { connectionOf } from '../transport/connection-of.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import type { GuardParts } from './guard-parts.js';

/** Holds what goes on after this call: its stream, or the socket that it came over. Nobody is held for having no name. */
export function holdConnection(
  { standings, lifelines }: Pick<GuardParts, 'standings' | 'lifelines'>,
  authentication: Authentication,
  context: ExecutionContext,
  { socket }: IncomingRequest,
): void {
  const caller = callerIn(authentication);
  if (caller === null) return;
  const shared = socket === undefined ? undefined : standings.find(socket);
  const isTheirs = shared !== undefined && callerIdOf(shared) === caller.id;
  // Fields and operations over one socket come here again and again.
  if (isTheirs && socket !== undefined && lifelines.isHeldFor(socket, shared)) return;
  const connection = connectionOf(context);
  if (connection === undefined) return;
  lifelines.hold(connection, isTheirs ? shared : standings.of(authentication));
}
