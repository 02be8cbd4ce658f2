import { Controller, Get, Render } from '@nestjs/common';
import { CurrentSession, RequireSession, type Organization } from 'nestjs-clerk-auth';

/** Opening the page of an organization makes it the active one: Clerk is told on the way. Who is no member gets 403. */
@Controller('teams/:team')
@RequireSession({ organization: { slug: 'team' } })
export class TeamPages {
  @Get()
  @Render('team')
  show(@CurrentSession('organization') team: Organization) {
    return { title: team.slug, team };
  }
}
