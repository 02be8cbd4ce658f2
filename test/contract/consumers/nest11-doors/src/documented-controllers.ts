// The same text stands in the consumer for Nest 11, so that both majors are held against one document.
import { All, Controller, Get, Param, Post, Version } from '@nestjs/common';
import { ApiExtension, ApiForbiddenResponse, ApiOperation, ApiSecurity } from '@nestjs/swagger';
import { AcceptTokens, OptionalSession, Public, RequireSession } from 'nestjs-clerk-auth';

/** One function, in two controllers with two rules. */
abstract class Listing {
  @Get('list')
  list(): string {
    return 'listed';
  }
}

@Controller('staff')
@RequireSession({ role: 'org:admin' })
export class StaffController extends Listing {}

@Controller('catalog')
@Public()
export class CatalogController extends Listing {}

/** A controller that extends another one, with a rule of its own. */
@Controller('board')
@RequireSession({ role: ['org:admin', 'org:owner'] })
class BoardController extends StaffController {}

@Controller('notes')
export class NotesController {
  @Get(['me', 'i'])
  @RequireSession()
  me(): string {
    return 'ran';
  }

  @Post('new')
  @RequireSession()
  create(): string {
    return 'ran';
  }

  @Get('maybe')
  @OptionalSession()
  maybe(): string {
    return 'ran';
  }

  @Get('strict-maybe')
  @OptionalSession({ invalid: 'reject' })
  strictMaybe(): string {
    return 'ran';
  }

  @Get('open')
  @Public()
  open(): string {
    return 'ran';
  }

  /** Nothing is said. */
  @Get('silent')
  silent(): string {
    return 'ran';
  }

  @Get('of/:orgId')
  @RequireSession({
    organization: { param: 'orgId' },
    permission: 'org:notes:read',
    actor: false,
    reverification: 'strict',
    live: true,
    predicate: () => true,
  })
  ofOrganization(@Param('orgId') orgId: string): string {
    return orgId;
  }

  @Get('feature')
  @RequireSession({ feature: 'export', plan: 'gold' })
  feature(): string {
    return 'ran';
  }

  @Get('both')
  @AcceptTokens('session_token', 'api_key')
  both(): string {
    return 'ran';
  }

  @Get('jobs')
  @AcceptTokens('m2m_token', 'oauth_token')
  @RequireSession({ scope: ['notes:read', 'notes:write'] })
  jobs(): string {
    return 'ran';
  }

  @Get('people')
  @AcceptTokens('session_token', 'api_key')
  @RequireSession({ organization: true })
  people(): string {
    return 'ran';
  }

  @Get('own')
  @RequireSession({ role: 'org:admin' })
  @ApiSecurity('mine')
  @ApiForbiddenResponse({ description: 'In words of its own.' })
  @ApiExtension('x-team', 'notes')
  own(): string {
    return 'ran';
  }

  @Get('own-operation')
  @RequireSession()
  @ApiOperation({ summary: 'Written out.', security: [] })
  ownOperation(): string {
    return 'ran';
  }
}

@Controller({ path: 'old', version: '1' })
class VersionedController {
  @Get('thing')
  @RequireSession({ role: 'org:admin' })
  first(): string {
    return 'ran';
  }

  @Get('thing')
  @Version('2')
  @Public()
  second(): string {
    return 'ran';
  }
}

/** Every method there is, `search` too, which no version of OpenAPI before 3.2 knows. */
@Controller('any')
export class EveryMethodController {
  @All()
  @RequireSession()
  any(): string {
    return 'ran';
  }
}

export const DOCUMENTED = [
  StaffController,
  CatalogController,
  BoardController,
  NotesController,
  VersionedController,
];
