import { Injectable } from '@nestjs/common';
import { SessionService } from 'nestjs-clerk-auth';

@Injectable()
export class AccountService {
  constructor(private readonly sessions: SessionService) {}

  /** Ends the session at Clerk, for every tab and device that uses it. */
  async signOut(sessionId: string): Promise<void> {
    await this.sessions.revokeSession(sessionId);
  }
}
