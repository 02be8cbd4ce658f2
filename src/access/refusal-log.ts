import { Logger, type ExecutionContext } from '@nestjs/common';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import { routeOf } from '../transport/incoming-request-of.js';
import { isDebugOn } from './is-debug-on.js';
import type { Refusal } from './refusal.js';

/**
 * One line of Nest's debug level for each refusal: where, and the code. Nothing of the caller's is in it. No text is
 * made while that level is off.
 */
export class RefusalLog {
  private readonly logger = new Logger('ClerkModule');
  /** Refusals that a guard has told of already. */
  private readonly told = new WeakSet<Refusal>();

  /** A guard refuses. */
  refused(context: ExecutionContext, refusal: Refusal): void {
    if (!isDebugOn()) return;
    this.told.add(refusal);
    this.logger.debug(`${routeOf(context)} refused: ${reasonOf(refusal)}`);
  }

  /** A gateway refuses a connection. */
  refusedConnection(gateway: string, refusal: Refusal): void {
    if (!isDebugOn()) return;
    this.told.add(refusal);
    this.logger.debug(`A connection to ${gateway} refused: ${reasonOf(refusal)}`);
  }

  /** A credential does not hold, and the route goes on without one. */
  ignored(context: ExecutionContext, code: UnauthenticatedCode): void {
    if (!isDebugOn()) return;
    this.logger.debug(`${routeOf(context)} continues without a session: ${code}`);
  }

  /** A refusal comes to be answered: if no guard has thrown it, it is told now. */
  answered(refusal: Refusal): void {
    if (!isDebugOn() || this.told.has(refusal)) return;
    this.logger.debug(`Refused by the application's own code: ${reasonOf(refusal)}`);
  }
}

function reasonOf(refusal: Refusal): string {
  return `${String(refusal.getStatus())} ${refusal.code}`;
}
