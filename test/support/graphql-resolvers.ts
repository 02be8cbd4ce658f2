import {
  Args,
  Context,
  Field,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { EventEmitter, on } from 'node:events';
import {
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  sessionOf,
  type Session,
} from 'nestjs-clerk-auth';

/** Resolvers that ran, in order, since `resolved.length = 0`. */
export const resolved: string[] = [];

/** Where the events of `ticks` and its like come from. A source that is not ended stays among its listeners. */
export const bus = new EventEmitter();
bus.setMaxListeners(1000);

/** Every event is a list of one. */
const FIRST = { resolve: ([event]: readonly string[]) => event };

@ObjectType()
export class Account {
  @Field(() => ID)
  id!: string;
}

/** One field for each kind of demand. Every resolver leaves a trace. */
@Resolver(() => Account)
export class AccountResolver {
  @Query(() => Account)
  @Public()
  account(): Account {
    resolved.push('account');
    return { id: 'acc_1' };
  }

  @Query(() => [Account])
  @Public()
  accounts(): Account[] {
    return Array.from({ length: 20 }, (_, at) => ({ id: `acc_${at}` }));
  }

  @ResolveField(() => Int, { nullable: true })
  @RequireSession({ role: 'org:admin' })
  salary(): number {
    resolved.push('salary');
    return 1000;
  }

  @ResolveField(() => String, { nullable: true })
  @OptionalSession()
  seenBy(@CurrentSession('userId') user: string | null): string | null {
    resolved.push('seenBy');
    return user;
  }

  @Query(() => String)
  @RequireSession()
  me(@CurrentSession() session: Session): string {
    resolved.push('me');
    return session.userId;
  }

  @Query(() => String, { nullable: true })
  @RequireSession()
  meByContext(@Context() context: { readonly req: object }): string | undefined {
    resolved.push('meByContext');
    return sessionOf(context.req)?.userId;
  }

  @Query(() => String, { nullable: true })
  @OptionalSession()
  maybe(@CurrentSession('userId') user: string | null): string | null {
    resolved.push('maybe');
    return user;
  }

  @Query(() => String)
  @RequireSession({ live: true })
  surely(@CurrentSession('userId') user: string): string {
    resolved.push('surely');
    return user;
  }

  @Mutation(() => String)
  @RequireSession({ organization: { param: 'orgId' } })
  close(@Args('orgId', { type: () => ID }) orgId: string): string {
    resolved.push('close');
    return orgId;
  }

  @Mutation(() => String)
  @RequireSession({ organization: { header: 'x-org' } })
  closeByHeader(): string {
    resolved.push('closeByHeader');
    return 'closed';
  }

  @Mutation(() => Int)
  @RequireSession({ organization: { param: 'orgNumber' } })
  closeByNumber(@Args('orgNumber', { type: () => Int }) orgNumber: number): number {
    resolved.push('closeByNumber');
    return orgNumber;
  }

  @Mutation(() => Boolean)
  @RequireSession({ reverification: 'strict' })
  erase(): boolean {
    resolved.push('erase');
    return true;
  }

  @Subscription(() => String, FIRST)
  @RequireSession()
  ticks(@CurrentSession() session: Session): AsyncIterableIterator<unknown> {
    resolved.push(`ticks ${session.userId}`);
    return on(bus, 'tick');
  }

  @Subscription(() => String, FIRST)
  @RequireSession({ role: 'org:admin' })
  secrets(): AsyncIterableIterator<unknown> {
    resolved.push('secrets');
    return on(bus, 'tick');
  }

  @Subscription(() => String, FIRST)
  @RequireSession({ live: true })
  sureTicks(): AsyncIterableIterator<unknown> {
    resolved.push('sureTicks');
    return on(bus, 'tick');
  }

  @Subscription(() => String, FIRST)
  @OptionalSession()
  openTicks(@CurrentSession('userId') user: string | null): AsyncIterableIterator<unknown> {
    resolved.push(`openTicks ${String(user)}`);
    return on(bus, 'tick');
  }

  @Subscription(() => String, FIRST)
  @RequireSession({ organization: { param: 'orgId' } })
  ticksOf(@Args('orgId', { type: () => ID }) orgId: string): AsyncIterableIterator<unknown> {
    resolved.push(`ticksOf ${orgId}`);
    return on(bus, 'tick');
  }
}
