import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Public, RequireSession, type Session } from 'nestjs-clerk-auth';
import { setTimeout } from 'node:timers/promises';

/** What a handler does for a user once it has waited, so that requests overlap. */
export const whatHandlersDo = {
  run: (_userId: string): void => undefined,
};

/** Routes for the recipes of docs/observability.md. */
@Controller()
export class RecipeController {
  @Get('me')
  @RequireSession()
  me(): string {
    return 'me';
  }

  @Get('slow')
  @RequireSession()
  async slow(@CurrentSession() session: Session): Promise<string> {
    await setTimeout(5 + Math.random() * 20);
    whatHandlersDo.run(session.userId);
    return 'slow';
  }

  @Get('admin')
  @RequireSession({ role: 'org:admin' })
  admin(): string {
    return 'admin';
  }

  @Get('public')
  @Public()
  open(): string {
    whatHandlersDo.run('undefined');
    return 'public';
  }
}
