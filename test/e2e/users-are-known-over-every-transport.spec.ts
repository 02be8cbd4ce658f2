import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestApplication } from '@nestjs/common';
import { Field, ID, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  ClientProxyFactory,
  MessagePattern,
  Transport,
  type ClientProxy,
} from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentUser, OptionalSession, Public, RequireSession, type User } from 'nestjs-clerk-auth';
import { asCaller } from 'nestjs-clerk-auth/microservices';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import { freePort } from '../support/free-port.js';
import { bearing, closeClients, connect, startGateways } from '../support/gateways.js';
import { askGraphql, DRIVERS, startGraphql } from '../support/graphql-app.js';
import { messageRefusal, send } from '../support/message-wires.js';
import { MESSAGING_KINDS, startMessages, type StartedMessages } from '../support/start-messages.js';

/** Quick: nobody waits for more than one try. */
const HASTE = { backendTimeout: 300, backendBudget: 300 };

@ObjectType()
class Deed {
  @Field(() => ID)
  id!: string;
}

@Resolver(() => Deed)
class OwnerResolver {
  @Query(() => [Deed])
  @Public()
  owned(): Deed[] {
    return Array.from({ length: 20 }, (_, at) => ({ id: String(at) }));
  }

  @ResolveField(() => String, { nullable: true })
  @OptionalSession()
  ownedBy(@CurrentUser('firstName') name: string | null): string | null {
    return name;
  }

  @Query(() => String)
  @RequireSession()
  user(@CurrentUser() user: User): string {
    return `${user.id} ${user.firstName ?? ''}`;
  }
}

@WebSocketGateway()
@GuardConnections()
class UserGateway {
  @SubscribeMessage('user')
  user(@CurrentUser() user: User): object {
    return { event: 'answer', data: `${user.id} ${user.firstName ?? ''}` };
  }
}

@Controller()
class UserMessages {
  @MessagePattern('whoami')
  @RequireSession()
  user(@CurrentUser() user: User): string {
    return `${user.id} ${user.firstName ?? ''}`;
  }

  @MessagePattern('open')
  @OptionalSession()
  maybe(@CurrentUser() user: User | null): string {
    return user?.firstName ?? 'nobody';
  }
}

describe('users are known', () => {
  let clerk: LocalClerk;

  beforeEach(async () => {
    clerk = await LocalClerk.start();
  });

  afterEach(async () => {
    clerk.outage(false);
    await clerk.stop();
  });

  const calls = (): number => clerk.callsTo(/^\/v1\/users\//).length;

  describe.each(DRIVERS)('to resolvers ($name)', (driver) => {
    let app: INestApplication;

    beforeEach(async () => {
      app = await startGraphql(driver, { clerk, options: HASTE, providers: [OwnerResolver] });
    });

    afterEach(() => app.close());

    it('of queries', async () => {
      const { header, userId } = clerk.signIn('ada');
      const { data } = await askGraphql(app, '{ user }', { authorization: header });
      expect(data).toEqual({ user: `${userId} ada` });
    });

    it('of twenty fields at once, with a single call', async () => {
      const query = '{ owned { id ownedBy } }';
      const guest = await askGraphql(app, query);
      const names = (answer: typeof guest) =>
        (answer.data?.owned as { ownedBy: string | null }[]).map(({ ownedBy }) => ownedBy);
      expect(names(guest)).toEqual(Array.from({ length: 20 }, () => null));
      expect(calls()).toBe(0);
      const { header } = clerk.signIn('ada');
      const answer = await askGraphql(app, query, { authorization: header });
      expect(names(answer)).toEqual(Array.from({ length: 20 }, () => 'ada'));
      expect(calls()).toBe(1);
    });

    it('or it is an error of that field', async () => {
      const { header } = clerk.signIn('ada');
      await askGraphql(app, '{ me }', { authorization: header });
      clerk.outage('refuse');
      const { errors } = await askGraphql(app, '{ user }', { authorization: header });
      expect(JSON.stringify(errors)).toContain('authority_unavailable');
    });
  });

  describe.each(['socket.io', 'ws'] as const)('to gateways (%s)', (platform) => {
    let app: INestApplication;

    beforeEach(async () => {
      app = await startGateways(clerk, { platform, gateways: [UserGateway], ...HASTE });
    });

    afterEach(async () => {
      closeClients();
      await app.close();
    });

    it('of every message', async () => {
      const { userId, sessionToken } = clerk.signIn('ada');
      const client = await connect(app, platform, bearing(platform, sessionToken));
      expect(await client.ask('user')).toBe(`${userId} ada`);
      expect(await client.ask('user')).toBe(`${userId} ada`);
      expect(calls()).toBe(1);
    });

    it('or the client is told why not', async () => {
      const { sessionToken } = clerk.signIn('ada');
      const client = await connect(app, platform, bearing(platform, sessionToken));
      clerk.outage('refuse');
      client.send('user', undefined);
      expect(await client.next('exception')).toMatchObject({
        statusCode: 503,
        code: 'authority_unavailable',
      });
    });
  });

  describe.each(MESSAGING_KINDS)('to handlers of messages (%s)', (kind) => {
    let started: StartedMessages;
    let client: ClientProxy;

    beforeEach(async () => {
      const tcp = {
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port: await freePort() },
      } as const;
      started = await startMessages(kind, clerk, UserMessages, tcp);
      client = ClientProxyFactory.create(tcp);
    });

    afterEach(async () => {
      await client.close();
      await started.close();
    });

    it('whoever sends them', async () => {
      const { userId, sessionToken } = clerk.signIn('ada');
      const caller = asCaller(client, sessionToken);
      expect(await send(caller, 'whoami')).toBe(`${userId} ada`);
      expect(await send(caller, 'open')).toBe('ada');
      expect(await send(client, 'open')).toBe('nobody');
      expect(calls()).toBe(1);
    });

    it('or the sender is told why not', async () => {
      const { sessionToken } = clerk.signIn('ada');
      expect(await send(client, 'open')).toBe('nobody');
      await send(asCaller(client, sessionToken), 'open');
      const bob = asCaller(client, clerk.signIn('bob').sessionToken);
      clerk.outage('rate-limit', { retryAfter: 9 });
      const refused = messageRefusal({ status: 503, code: 'authority_unavailable' });
      await expect(send(bob, 'whoami')).rejects.toMatchObject(refused);
    });
  });
});
