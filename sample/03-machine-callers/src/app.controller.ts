import { Controller, Get } from '@nestjs/common';
import {
  AcceptTokens,
  CurrentCaller,
  CurrentMachine,
  CurrentSession,
  RequireSession,
  type Caller,
  type Machine,
} from 'nestjs-clerk-auth';
import { nameOf } from './name-of.js';

@Controller()
export class AppController {
  /** Sessions only, as everywhere where nothing else is said. */
  @Get('me')
  @RequireSession()
  me(@CurrentSession('userId') userId: string) {
    return { userId };
  }

  /** People in a browser, and the scripts to which they gave an API key. */
  @Get('reports')
  @AcceptTokens('session_token', 'api_key')
  reports(@CurrentCaller() caller: Caller) {
    return { reportsFor: nameOf(caller) };
  }

  /** Our own machines among themselves: no person has any business here. */
  @Get('jobs')
  @AcceptTokens('m2m_token')
  jobs(@CurrentMachine() machine: Machine) {
    return { jobsFor: machine.subject };
  }

  /** Applications of others, as far as a user allowed it. A scope is the only demand that a machine can meet. */
  @Get('contacts')
  @AcceptTokens('oauth_token')
  @RequireSession({ scope: 'read:contacts' })
  contacts(@CurrentMachine() machine: Machine) {
    return { contactsFor: nameOf(machine) };
  }
}
