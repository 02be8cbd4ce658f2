import { Injectable } from '@nestjs/common';
import { ConfigurationError, SessionContext, UnauthenticatedException } from 'nestjs-clerk-auth';

/** A provider that has no request, and tells whom it would work for. */
@Injectable()
export class SessionTeller {
  constructor(readonly sessions: SessionContext) {}

  /** The user's id, `guest`, or the code of what was thrown. */
  current(): string {
    return told(() => this.sessions.current()?.userId ?? 'guest');
  }

  /** The same, of `require()`. */
  required(): string {
    return told(() => this.sessions.require().userId);
  }

  /** The user's id or `null`. */
  peek(): string | null {
    return this.sessions.peek()?.userId ?? null;
  }
}

function told(ask: () => string): string {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code;
    if (error instanceof UnauthenticatedException) return `${error.getStatus()} ${error.code}`;
    throw error;
  }
}
