import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Context, Field, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  OptionalSession,
  Public,
  RequireSession,
  SessionContext,
  sessionOf,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { setTimeout } from 'node:timers/promises';
import { askBatch, askGraphql, DRIVERS, startGraphql } from '../support/graphql-app.js';
import { addressOf, SocketClient } from '../support/graphql-socket.js';
import { SessionTeller } from '../support/session-teller.js';

@ObjectType()
class Note {
  @Field(() => String)
  text!: string;
}

/** Nothing here is handed the caller. */
@Resolver(() => Note)
class NoteResolver {
  constructor(
    private readonly teller: SessionTeller,
    private readonly sessions: SessionContext,
  ) {}

  @Query(() => String)
  @OptionalSession()
  async toldTo(): Promise<string> {
    await setTimeout(1);
    return this.teller.current();
  }

  @Query(() => String)
  @Public()
  toldInPublic(): string {
    return this.teller.current();
  }

  @Query(() => [Note])
  @RequireSession()
  async notes(): Promise<Note[]> {
    await setTimeout(1);
    return ['a', 'b', 'c'].map((text) => ({ text }));
  }

  @ResolveField(() => String)
  @OptionalSession()
  async reader(): Promise<string> {
    await setTimeout(1);
    return this.teller.current();
  }

  @Query(() => String)
  @OptionalSession()
  toldWithin(@Context() context: object): string {
    return this.sessions.run(sessionOf(context), () => this.teller.current());
  }
}

describe.each(DRIVERS)('$name', (driver) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startGraphql(driver, {
      clerk,
      options: { sessionContext: true },
      providers: [NoteResolver, SessionTeller],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  it('queries and nested fields know the caller', async () => {
    const { userId } = ada;
    const answer = await askGraphql(app, '{ toldTo notes { text reader } }', {
      authorization: ada.header,
    });
    const notes = ['a', 'b', 'c'].map((text) => ({ text, reader: userId }));
    expect(answer).toEqual({ status: 200, data: { toldTo: userId, notes } });
  });

  it('a guest is nobody, and a public field is asked of nobody', async () => {
    const { data } = await askGraphql(app, '{ toldTo }');
    expect(data).toEqual({ toldTo: 'guest' });
    const open = await askGraphql(app, '{ toldInPublic }', { authorization: ada.header });
    expect(open.data).toEqual({ toldInPublic: 'guard_missing' });
  });

  it('the operations of a batch know the same caller', async () => {
    const asked = ['{ toldTo }', '{ toldTo }'];
    const answers = await askBatch(app, asked, { authorization: ada.header });
    const data = { toldTo: ada.userId };
    expect(answers).toEqual([{ data }, { data }]);
  });

  it('callers at once are never mixed up', async () => {
    const users = ['bob', 'carol', 'dan'].map((name) => clerk.signIn(name));
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const { userId, header } = users[at % users.length]!;
        const { data } = await askGraphql(app, '{ toldTo notes { reader } }', {
          authorization: header,
        });
        const told = { toldTo: userId, notes: Array(3).fill({ reader: userId }) as unknown[] };
        return { data, told };
      }),
    );
    expect(answers.map(({ data }) => data)).toEqual(answers.map(({ told }) => told));
  });

  it('an operation over a socket has no request, and is given its session by run()', async () => {
    // A request on the way, whose scope must not get there.
    await askGraphql(app, '{ toldTo }', { authorization: clerk.signIn('eve').header });
    const client = new SocketClient(await addressOf(app), {
      params: () => ({ authorization: ada.header }),
    });
    const { events, errors } = await client.ask('{ toldTo toldWithin }');
    await client.dispose();
    expect(errors).toBeUndefined();
    expect(events).toEqual(['context_missing', ada.userId]);
  });
});
