import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Controller, Module, Sse, type DynamicModule, type MessageEvent } from '@nestjs/common';
import { Args, GraphQLModule, Int, Query, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  ClerkModule,
  CurrentSession,
  CurrentUser,
  RequireSession,
  sessionOf,
  type Session,
} from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import { NEVER, startWith, type Observable } from 'rxjs';

/** What reached the application itself. */
export const reached: string[] = [];

@Resolver()
export class WhoResolver {
  @Query(() => String)
  @RequireSession()
  me(@CurrentSession() session: Session): string {
    reached.push('me');
    return session.userId;
  }

  @Query(() => String)
  @RequireSession()
  name(@CurrentUser('firstName') name: string): string {
    return name;
  }

  @Query(() => String)
  @RequireSession({ organization: { param: 'orgId' } })
  inOrganization(@Args('orgId') orgId: string): string {
    return orgId;
  }

  @Subscription(() => Int)
  @RequireSession()
  ticks(): AsyncIterableIterator<{ ticks: number }> {
    reached.push('ticks');
    return ticking();
  }
}

async function* ticking(): AsyncIterableIterator<{ ticks: number }> {
  yield { ticks: 1 };
  await new Promise(() => undefined);
}

@WebSocketGateway()
@GuardConnections()
export class ChatGateway {
  handleConnection(client: object): void {
    reached.push(sessionOf(client)?.userId ?? 'nobody');
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): { event: string; data: string } {
    return { event: 'you', data: session.userId };
  }

  @SubscribeMessage('name')
  name(@CurrentUser('firstName') name: string): { event: string; data: string } {
    return { event: 'you', data: name };
  }

  @SubscribeMessage('admin')
  @RequireSession({ role: 'org:admin' })
  admin(): void {
    reached.push('admin');
  }
}

@Controller()
export class Feeds {
  @Sse('feed')
  @RequireSession()
  feed(): Observable<MessageEvent> {
    return NEVER.pipe(startWith({ data: 'first' }));
  }

  @MessagePattern('list')
  @RequireSession()
  list(): string {
    reached.push('list');
    return 'done';
  }
}

/** One application, with the driver of its adapter. */
export function appModule(clerk: LocalClerk, driver: 'apollo' | 'mercurius'): DynamicModule {
  class AppModule {}
  Module({})(AppModule);
  const graphql =
    driver === 'apollo'
      ? GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          autoSchemaFile: true,
          subscriptions: { 'graphql-ws': true },
        })
      : GraphQLModule.forRoot<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          autoSchemaFile: true,
          subscription: true,
        });
  return {
    module: AppModule,
    imports: [ClerkModule.forRoot({ ...clerk.options(), clockSkew: 0 }), graphql],
    controllers: [Feeds],
    // With Mercurius on ws, GraphQL has the sockets of the server to itself.
    providers: driver === 'apollo' ? [WhoResolver, ChatGateway] : [WhoResolver],
  };
}
