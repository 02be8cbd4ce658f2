import { Controller, Get } from '@nestjs/common';
import { CurrentUser, RequireSession, type User } from 'nestjs-clerk-auth';
import { ProfileService } from './profile.service.js';
import type { StoredUser } from './users/user-store.js';

@Controller()
@RequireSession()
export class ProfileController {
  constructor(private readonly profiles: ProfileService) {}

  /** What our own database knows. */
  @Get('profile')
  profile(): StoredUser {
    return this.profiles.mine();
  }

  /** What Clerk knows: asked once, kept for a while, and dropped when the webhook says that it changed. */
  @Get('me')
  me(@CurrentUser() user: User): { name: string | null } {
    return { name: user.fullName };
  }
}
