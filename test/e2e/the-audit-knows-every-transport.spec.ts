import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Controller, Get, Injectable, Scope, SetMetadata, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  Field,
  GraphQLModule,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AcceptTokens,
  AuthGuard,
  ConfigurationError,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  RouteAudit,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import { AuditedApps } from '../support/audited-apps.js';

@ObjectType()
class Person {
  @Field(() => String)
  name = 'Ada';
}

@Resolver(() => Person)
class PersonResolver {
  @Query(() => Person)
  @RequireSession({ role: 'org:admin' })
  person(): Person {
    return new Person();
  }

  @Mutation(() => String)
  @Public()
  rename(): string {
    return 'done';
  }

  @ResolveField(() => String)
  plain(): string {
    return 'plain';
  }
}

@Resolver(() => Person)
class SalaryResolver {
  @Query(() => Person)
  @Public()
  somebody(): Person {
    return new Person();
  }

  @ResolveField(() => String)
  @RequireSession()
  salary(): string {
    return '1';
  }
}

@Controller()
class Messages {
  @MessagePattern('orders.list')
  @RequireSession()
  list(): void {
    // Never called.
  }

  @EventPattern({ cmd: 'note' })
  note(): void {
    // Never called.
  }

  @Get('beside')
  @OptionalSession()
  beside(): void {
    // Never called.
  }
}

@WebSocketGateway()
@GuardConnections()
class GatedGateway {
  @SubscribeMessage('say')
  @RequireSession({ permission: 'org:chat:write' })
  say(): void {
    // Never called.
  }
}

@WebSocketGateway()
@RequireSession()
class OpenGateway {
  @SubscribeMessage('say')
  say(): void {
    // Never called.
  }
}

@WebSocketGateway()
@GuardConnections()
class HookedGateway {
  @RequireSession()
  handleConnection(): void {
    // Never called.
  }
}

@Injectable({ scope: Scope.REQUEST })
@WebSocketGateway()
@GuardConnections()
class ScopedGateway {}

@WebSocketGateway()
class SilentGateway {
  @SubscribeMessage('say')
  say(@CurrentSession() session: unknown): unknown {
    return session;
  }
}

// The marks of packages that are not installed here, as those write them.
const Cron = (): MethodDecorator => SetMetadata('SCHEDULER_TYPE', 1);
const OnEvent = (): MethodDecorator => SetMetadata('EVENT_LISTENER_METADATA', [{}]);
const Processor = (): ClassDecorator => SetMetadata('bullmq:processor_metadata', {});

@Injectable()
class Nightly {
  @Cron()
  @RequireSession()
  run(): void {
    // Never called.
  }
}

@Injectable()
class Listener {
  @OnEvent()
  @AcceptTokens('m2m_token')
  hear(): void {
    // Never called.
  }
}

@Processor()
@RequireSession()
class Queue {
  process(): void {
    // Never called.
  }
}

@Injectable()
class OpenJob {
  @Cron()
  @Public()
  run(): void {
    // Never called.
  }
}

const apps = new AuditedApps('express', () => clerk);
let clerk: LocalClerk;

function graphql(
  options: Partial<ApolloDriverConfig> = {},
): ReturnType<typeof GraphQLModule.forRoot> {
  return GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    ...options,
  });
}

async function start(
  providers: readonly Type[],
  audit: ClerkOptions['audit'],
  graph?: Partial<ApolloDriverConfig>,
  controllers: readonly Type[] = [],
): Promise<RouteAudit> {
  const imports = [apps.module({ audit }), ...(graph === undefined ? [] : [graphql(graph)])];
  const app = await apps.start(controllers, { imports, providers });
  return app.get(RouteAudit);
}

async function problemsOf(starting: Promise<unknown>): Promise<readonly string[]> {
  const reason: unknown = await starting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(reason).toBeInstanceOf(ConfigurationError);
  expect((reason as ConfigurationError).code).toBe('guard_missing');
  return (reason as ConfigurationError).problems;
}

beforeAll(async () => {
  clerk = await LocalClerk.start();
});

afterEach(async () => {
  await apps.close();
});

afterAll(async () => {
  await clerk.stop();
});

describe('the audit tells of', () => {
  it('queries, mutations and fields what protects them', async () => {
    const guarded = { fieldResolverEnhancers: ['guards'] as const };
    const audit = await start([PersonResolver, SalaryResolver], 'off', {
      fieldResolverEnhancers: [...guarded.fieldResolverEnhancers],
    });
    expect(audit.routes()).toEqual([
      entry('graphql', 'PersonResolver', 'person', 'Query', required('role org:admin')),
      entry('graphql', 'PersonResolver', 'rename', 'Mutation', { kind: 'public' }),
      entry('graphql', 'PersonResolver', 'plain', 'Field', { kind: 'unguarded' }),
      entry('graphql', 'SalaryResolver', 'somebody', 'Query', { kind: 'public' }),
      entry('graphql', 'SalaryResolver', 'salary', 'Field', required()),
    ]);
  });

  it('messages and events of microservices, beside the routes of the same controller', async () => {
    const audit = await start([], 'off', undefined, [Messages]);
    expect(audit.routes()).toMatchObject([
      { kind: 'http', method: 'GET', paths: ['/beside'], protection: { kind: 'optional' } },
      { kind: 'rpc', method: 'MESSAGE', paths: ['orders.list'], protection: required() },
      {
        kind: 'rpc',
        method: 'EVENT',
        paths: ['{"cmd":"note"}'],
        protection: { kind: 'unguarded' },
      },
    ]);
  });

  it('messages of gateways, also in the table that it prints', async () => {
    const audit = await start([GatedGateway], 'log');
    const own = audit.routes().filter(({ handler }) => handler === 'say');
    expect(own).toMatchObject([
      { kind: 'ws', paths: ['say'], protection: required('permission org:chat:write') },
    ]);
    expect(apps.log.whole).toContain('GatedGateway.say');
  });
});

describe('the boot stops, whatever audit says, for', () => {
  const cases: readonly (readonly [string, readonly Type[], RegExp])[] = [
    [
      'a decorator on a gateway without the gate',
      [OpenGateway],
      /OpenGateway.say says @RequireSession\(\).*@GuardConnections\(\)/,
    ],
    [
      'a decorator on a hook of a gateway',
      [HookedGateway],
      /HookedGateway.handleConnection says @RequireSession\(\)/,
    ],
    [
      'a gated gateway that is request-scoped',
      [ScopedGateway],
      /ScopedGateway has @GuardConnections\(\) and is request-scoped/,
    ],
    [
      'a decorator on a schedule',
      [Nightly],
      /Nightly.run says @RequireSession\(\), but guards are not called there/,
    ],
    ['a decorator on a listener of events', [Listener], /Listener.hear says @AcceptTokens\(\)/],
    ['a decorator on the processor of a queue', [Queue], /Queue says @RequireSession\(\)/],
  ];

  it.each(cases)('%s', async (_, providers, problem) => {
    const problems = await problemsOf(start(providers, 'off'));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('a decorator on a field without the enhancer', async () => {
    const problems = await problemsOf(start([SalaryResolver], 'off', {}));
    expect(problems).toEqual([
      expect.stringMatching(
        /SalaryResolver.salary says @RequireSession\(\).*fieldResolverEnhancers/,
      ),
    ]);
  });

  it('a GraphQL context that everybody shares', async () => {
    const problems = await problemsOf(start([PersonResolver], 'off', { context: { tenant: 1 } }));
    expect(problems).toEqual([expect.stringMatching(/an object as context/)]);
  });

  it('none of these where they are as they should be', async () => {
    const audit = await start([GatedGateway, OpenJob, PersonResolver], 'off', {
      context: ({ req }: { req: unknown }) => ({ req }),
    });
    expect(audit.routes().length).toBeGreaterThan(3);
  });
});

describe('the mode', () => {
  it('error objects to a caller in a gateway that nobody gates', async () => {
    const problems = await problemsOf(start([SilentGateway], 'error'));
    expect(problems).toEqual([
      expect.stringMatching(/SilentGateway.say takes @CurrentSession\(\)/),
    ]);
  });

  it('strict objects to silent gateways, messages and fields, but to no open one', async () => {
    const silent = await problemsOf(start([SilentGateway], 'strict'));
    expect(silent).toHaveLength(1);
    const messages = await problemsOf(start([], 'strict', undefined, [Messages]));
    expect(messages).toEqual([expect.stringMatching(/Messages.note is neither guarded nor/)]);
    const fields = await problemsOf(start([PersonResolver], 'strict', {}));
    expect(fields).toEqual([expect.stringMatching(/PersonResolver.plain is neither guarded nor/)]);
  });

  it('strict lets a guarded application boot', async () => {
    const imports = [
      apps.module({ audit: 'strict' }),
      graphql({ fieldResolverEnhancers: ['guards'] }),
    ];
    const providers = [
      GatedGateway,
      PersonResolver,
      { provide: APP_GUARD, useExisting: AuthGuard },
    ];
    const app = await apps.start([], { imports, providers });
    expect(
      app
        .get(RouteAudit)
        .routes()
        .every(({ protection }) => protection.kind !== 'unguarded'),
    ).toBe(true);
  });
});

describe('a message that must name its organization', () => {
  @WebSocketGateway()
  @GuardConnections()
  class ParamGateway {
    @SubscribeMessage('close')
    @RequireSession({ organization: { param: 'orgId' } })
    close(): void {
      // Never called.
    }
  }

  it('is warned about at boot', async () => {
    await start([ParamGateway], 'off');
    expect(apps.log.said('warn').join()).toMatch(
      /ParamGateway.close takes the organization from param orgId/,
    );
  });
});

function entry(
  kind: string,
  controller: string,
  handler: string,
  method: string,
  protection: object,
): object {
  return { kind, controller, handler, method, paths: [handler], protection };
}

function required(...demands: readonly string[]): object {
  return { kind: 'required', demands };
}
