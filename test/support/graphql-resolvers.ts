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
} from '@nestjs/graphql';
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
}
