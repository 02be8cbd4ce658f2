import { Injectable, NotFoundException } from '@nestjs/common';
import { SessionContext } from 'nestjs-clerk-auth';
import { UserStore, type StoredUser } from './users/user-store.js';

@Injectable()
export class ProfileService {
  constructor(
    private readonly sessions: SessionContext,
    private readonly users: UserStore,
  ) {}

  /** Nobody hands the session down to here. */
  mine(): StoredUser {
    const { userId } = this.sessions.require();
    const user = this.users.find(userId);
    if (user === undefined) throw new NotFoundException('No row yet: the webhook is on its way.');
    return user;
  }
}
