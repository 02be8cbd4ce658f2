import { Logger } from '@nestjs/common';

/** What Nest's `Logger` keeps to itself: the logger in use, `undefined` for `logger: false`, and levels set for all. */
interface LoggerInUse {
  readonly staticInstanceRef?: { readonly isLevelEnabled?: (level: 'debug') => boolean };
  readonly logLevels?: readonly string[];
}

/**
 * Whether a line of the debug level would reach the log. `Logger.isLevelEnabled()` of Nest 11 denies every level as
 * long as none were set by `app.useLogger([...])`, though all are printed then, and knows of no logger of one's own.
 */
export function isDebugOn(): boolean {
  if (Logger.isLevelEnabled('debug')) return true;
  const { staticInstanceRef: logger, logLevels } = Logger as unknown as LoggerInUse;
  if (logger === undefined) return false;
  return logger.isLevelEnabled?.('debug') ?? logLevels === undefined;
}
