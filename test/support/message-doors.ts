import { Controller } from '@nestjs/common';
import { EventPattern, GrpcMethod, MessagePattern } from '@nestjs/microservices';
import {
  AcceptTokens,
  CurrentMachine,
  CurrentSession,
  Public,
  RequireSession,
  type Machine,
  type Session,
} from 'nestjs-clerk-auth';
import { of, type Observable } from 'rxjs';

/** Which handlers ran, and for whom, in order. */
export const ran: string[] = [];

function seen(door: Door | 'noted', who: string): string {
  ran.push(`${door}:${who}`);
  return who;
}

/** What may be asked for over any transport. */
export type Door = 'open' | 'whoami' | 'admin' | 'live' | 'rebuild';

@Controller()
export class MessageDoors {
  @MessagePattern('open')
  @Public()
  open(_data: unknown): string {
    return seen('open', 'anybody');
  }

  @MessagePattern('whoami')
  @RequireSession()
  whoami(@CurrentSession() { userId }: Session): string {
    return seen('whoami', userId);
  }

  @MessagePattern('admin')
  @RequireSession({ role: 'org:admin' })
  admin(@CurrentSession('userId') userId: string): string {
    return seen('admin', userId);
  }

  @MessagePattern('live')
  @RequireSession({ live: true })
  live(@CurrentSession('userId') userId: string): string {
    return seen('live', userId);
  }

  @MessagePattern('rebuild')
  @AcceptTokens('m2m_token')
  rebuild(@CurrentMachine() machine: Machine): string {
    return seen('rebuild', machine.subject);
  }

  @EventPattern('noted')
  @RequireSession()
  noted(@CurrentSession('userId') userId: string): void {
    seen('noted', userId);
  }
}

interface Text {
  readonly text: string;
}

/** The same doors in gRPC, which answers with objects. */
@Controller()
export class GrpcDoors {
  @GrpcMethod('Doors', 'open')
  @Public()
  open(): Text {
    return { text: seen('open', 'anybody') };
  }

  @GrpcMethod('Doors', 'whoami')
  @RequireSession()
  whoami(@CurrentSession() { userId }: Session): Text {
    return { text: seen('whoami', userId) };
  }

  @GrpcMethod('Doors', 'admin')
  @RequireSession({ role: 'org:admin' })
  admin(@CurrentSession('userId') userId: string): Text {
    return { text: seen('admin', userId) };
  }

  @GrpcMethod('Doors', 'live')
  @RequireSession({ live: true })
  live(@CurrentSession('userId') userId: string): Text {
    return { text: seen('live', userId) };
  }

  @GrpcMethod('Doors', 'rebuild')
  @AcceptTokens('m2m_token')
  rebuild(@CurrentMachine() machine: Machine): Text {
    return { text: seen('rebuild', machine.subject) };
  }

  @GrpcMethod('Doors', 'feed')
  @RequireSession()
  feed(@CurrentSession('userId') userId: string): Observable<Text> {
    return of({ text: seen('whoami', userId) }, { text: userId });
  }
}
