import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  CurrentSession,
  Public,
  RequireSession,
  SessionService,
  type Session,
} from 'nestjs-clerk-auth';
import { Employee } from './employee.js';

@Resolver(() => Employee)
export class EmployeeResolver {
  constructor(@Inject(SessionService) private readonly sessions: SessionService) {}

  @Query(() => String)
  @RequireSession()
  me(@CurrentSession() session: Session): string {
    return session.userId;
  }

  @Query(() => Employee)
  @RequireSession()
  employee(@Args('name', { type: () => String }) name: string): Employee {
    return new Employee(name);
  }

  /** `organization: { param }` reads the argument of the field. */
  @Query(() => String)
  @RequireSession({ organization: { param: 'orgId' } })
  headcount(@Args('orgId', { type: () => String }) orgId: string): string {
    return `12 work for ${orgId}`;
  }

  @Query(() => String)
  @Public()
  motto(): string {
    return 'open to everybody';
  }

  /** Ends somebody's session, and with it the sockets that it opened. */
  @Mutation(() => Boolean)
  @RequireSession({ role: 'org:admin' })
  async end(@Args('sessionId', { type: () => String }) sessionId: string): Promise<boolean> {
    return (await this.sessions.revokeSession(sessionId)) !== null;
  }

  // Nullable: who may not see it gets the rest.
  @ResolveField(() => Int, { nullable: true })
  @RequireSession({ role: 'org:admin' })
  salary(): number {
    return 4200;
  }
}
