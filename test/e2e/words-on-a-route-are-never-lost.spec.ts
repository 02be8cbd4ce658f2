import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  applyDecorators,
  Controller,
  Get,
  Injectable,
  Scope,
  UseGuards,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  AcceptTokens,
  AuthGuard,
  ConfigurationError,
  OptionalSession,
  Public,
  RequireSession,
  RouteAudit,
  type RouteRequirements,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { AuditedApps, type AuditedParts } from '../support/audited-apps.js';
import { Replacing } from '../support/audited-controllers.js';
import { ADAPTERS } from '../support/start-app.js';

const handled: string[] = [];

@Injectable()
class StaffGuard extends AuthGuard {}

const Guarded = (): MethodDecorator => applyDecorators(UseGuards(AuthGuard));
const Admin = (): ClassDecorator & MethodDecorator => RequireSession({ role: 'org:admin' });

/** Every way in which a handler can bring the guard without a rule of its own. */
class Bringing {
  @Get('guard')
  @UseGuards(AuthGuard)
  guard(): string {
    return ran('guard');
  }

  @Get('subclass')
  @UseGuards(StaffGuard)
  subclass(): string {
    return ran('subclass');
  }

  @Get('composed')
  @Guarded()
  composed(): string {
    return ran('composed');
  }

  @Get('tokens')
  @AcceptTokens('session_token', 'api_key')
  tokens(): string {
    return ran('tokens');
  }

  @Get('optional')
  @UseGuards(AuthGuard)
  @OptionalSession({ invalid: 'reject' })
  optional(): string {
    return ran('optional');
  }

  @Get('silent')
  silent(): string {
    return ran('silent');
  }
}

const BRINGING = ['guard', 'subclass', 'composed', 'tokens'];

@Controller('public')
@Public()
class PublicController extends Bringing {}

@Controller('maybe')
@OptionalSession()
class MaybeController extends Bringing {}

@Controller('own')
@Public()
class OwnController {
  @Get('guard')
  @UseGuards(AuthGuard)
  guard(): string {
    return ran('guard');
  }

  @Get('silent')
  silent(): string {
    return ran('silent');
  }
}

/** The class brings the guard itself, whatever its base class says. */
@Controller('heir')
@UseGuards(AuthGuard)
class HeirController extends OwnController {}

function ran(handler: string): string {
  handled.push(handler);
  return 'ran';
}

const adminOfAcme: RouteRequirements = { organization: { slug: 'org' }, role: 'org:admin' };

@Controller(':org')
class SummingController {
  @Get('two')
  @RequireSession({ role: 'org:admin' })
  @RequireSession({ organization: { slug: 'org' } })
  two(): string {
    return ran('two');
  }

  @Get('composed')
  @Admin()
  @applyBoth()
  composed(): string {
    return ran('composed');
  }

  @Get('places')
  @RequireSession({ organization: { slug: 'org' } })
  @RequireSession({ organization: { query: 'org' } })
  places(): string {
    return ran('places');
  }

  @Get('predicates')
  @RequireSession({ predicate: (session) => session.userId !== 'nobody' })
  @RequireSession({ predicate: (session) => Promise.resolve(session.has({ role: 'org:admin' })) })
  @RequireSession({ predicate: () => (handled.push('asked'), true) })
  predicates(): string {
    return ran('predicates');
  }

  @Get('live')
  @RequireSession({ live: true })
  @RequireSession({ role: 'org:admin' })
  @RequireSession({ live: false })
  live(): string {
    return ran('live');
  }

  @Get('repeated')
  @RequireSession(adminOfAcme)
  @RequireSession(adminOfAcme)
  repeated(): string {
    return ran('repeated');
  }
}

function applyBoth(): MethodDecorator {
  return applyDecorators(
    RequireSession({ organization: { slug: 'org' } }),
    RequireSession({ actor: false }),
  );
}

@Controller('class/:org')
@RequireSession({ role: 'org:admin' })
@RequireSession({ organization: { slug: 'org' } })
class SummingClass {
  @Get('class')
  silent(): string {
    return ran('class');
  }

  @Get('handler')
  @RequireSession()
  handler(): string {
    return ran('handler');
  }
}

/** A base class's words are replaced by the subclass's, and not added to. */
@Controller('heir/:org')
@RequireSession({ actor: false })
class SummingHeir extends SummingClass {}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let admin: SignedIn;
  let member: SignedIn;
  let away: SignedIn;
  const apps = new AuditedApps(adapter, () => clerk);

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    admin = clerk.signIn('ada', { organization: { slug: 'acme', role: 'org:admin' } });
    member = clerk.signIn('bob', { organization: { slug: 'acme', role: 'org:member' } });
    away = clerk.signIn('eve', { organization: { slug: 'other', role: 'org:admin' } });
  });

  beforeEach(() => {
    handled.length = 0;
  });

  afterEach(async () => {
    await apps.close();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const start = (controllers: readonly Type[], parts: AuditedParts = {}) =>
    apps.start(controllers, parts);

  const ask = (path: string, who?: SignedIn): request.Test => {
    const question = request(apps.app.getHttpServer()).get(path);
    return who === undefined ? question : question.set('Authorization', who.header);
  };

  /** Refused for good: the status, and nobody was handled. */
  async function refused(path: string, status: number, who?: SignedIn): Promise<void> {
    handled.length = 0;
    const answer = await ask(path, who);
    expect({ path, status: answer.status, handled }).toEqual({ path, status, handled: [] });
  }

  describe('a handler that brings the guard asks for a session', () => {
    const parts: readonly (readonly [string, AuditedParts])[] = [
      ['alone', {}],
      ['beside a global guard', { providers: [{ provide: APP_GUARD, useExisting: AuthGuard }] }],
    ];

    it.each(parts)('under a public class: %s', async (_, given) => {
      const app = await start([PublicController], given);
      for (const path of BRINGING) {
        await refused(`/public/${path}`, 401);
        await ask(`/public/${path}`, member).expect(200);
      }
      await ask('/public/silent').expect(200);
      await ask('/public/optional').expect(200);
      await ask('/public/optional').set('Authorization', 'Bearer x').expect(401);
      expect(protections(app)).toEqual({
        guard: 'required',
        subclass: 'required',
        composed: 'required',
        tokens: 'required',
        optional: 'optional',
        silent: 'public',
      });
    });

    it.each(parts)('under a class where it is optional: %s', async (_, given) => {
      await start([MaybeController], given);
      for (const path of BRINGING) {
        await refused(`/maybe/${path}`, 401);
        await ask(`/maybe/${path}`, member).expect(200);
      }
      await ask('/maybe/silent').expect(200);
    });

    it('with an instance of the guard, too', async () => {
      class Handmade {
        silent(): string {
          return ran('silent');
        }
      }
      Public()(Handmade);
      Controller('handmade')(Handmade);
      const descriptor = Object.getOwnPropertyDescriptor(Handmade.prototype, 'silent')!;
      Get()(Handmade.prototype, 'silent', descriptor);
      UseGuards(new AuthGuard())(Handmade.prototype, 'silent', descriptor);
      await start([Handmade]);
      await refused('/handmade', 500);
    });

    it('and so does a class that brings it, whatever its base class says', async () => {
      await start([OwnController, HeirController]);
      await refused('/own/guard', 401);
      await ask('/own/silent').expect(200);
      await refused('/heir/guard', 401);
      await refused('/heir/silent', 401);
      await ask('/heir/silent', member).expect(200);
    });
  });

  describe('several @RequireSession() add up', () => {
    beforeEach(async () => {
      await start([SummingController, SummingClass, SummingHeir]);
    });

    it.each(['two', 'composed', 'repeated'])('on a handler: %s', async (handler) => {
      await refused(`/acme/${handler}`, 401);
      await refused(`/acme/${handler}`, 403, member);
      await refused(`/acme/${handler}`, 403, away);
      await ask(`/acme/${handler}`, admin).expect(200, 'ran');
    });

    it('each place must name the organization', async () => {
      const [own, foreign] = [organizationOf(admin), organizationOf(away)];
      await refused(`/acme/places?org=${foreign}`, 403, admin);
      await refused(`/other/places?org=${own}`, 403, admin);
      await refused('/acme/places', 403, admin);
      await ask(`/acme/places?org=${own}`, admin).expect(200, 'ran');
    });

    it('each predicate is asked', async () => {
      const answer = await ask('/acme/predicates', member);
      expect([answer.status, handled]).toEqual([403, ['asked']]);
      await ask('/acme/predicates', admin).expect(200, 'ran');
    });

    it('one live is enough', async () => {
      const revoked = clerk.signIn('rev', {
        organization: { slug: 'acme', role: 'org:admin' },
      });
      await ask('/acme/live', revoked).expect(200);
      await refused('/acme/live', 403, member);
      clerk.revoke(revoked.sessionId);
      await refused('/acme/live', 401, revoked);
    });

    it('on a class, whose subclass and handlers still have their own say', async () => {
      await refused('/class/acme/class', 403, member);
      await refused('/class/acme/class', 403, away);
      await ask('/class/acme/class', admin).expect(200);
      await ask('/class/acme/handler', member).expect(200);
      await ask('/heir/acme/class', away).expect(200);
    });

    it('and the audit tells the sum', () => {
      const told = apps.app.get(RouteAudit).routes();
      const demands = (handler: string) =>
        told.find((route) => route.handler === handler)?.protection;
      expect(demands('two')).toEqual({
        kind: 'required',
        demands: ['organization of slug org', 'role org:admin'],
      });
      expect(demands('places')).toEqual({
        kind: 'required',
        demands: ['organization of query org', 'organization of slug org'],
      });
      expect(demands('repeated')).toEqual(demands('two'));
    });
  });

  describe('another decorator that replaces the handler', () => {
    class LostController {
      @Get('admin')
      @Replacing
      @RequireSession({ role: 'org:admin' })
      admin(): string {
        return ran('admin');
      }
    }

    @Controller('lost')
    @Public()
    class PublicLostController extends LostController {}

    @Controller('tokens')
    @Public()
    class LostTokensController {
      @Get()
      @Replacing
      @AcceptTokens('session_token')
      tokens(): string {
        return ran('tokens');
      }
    }

    @Controller('bound')
    class BoundController {
      constructor() {
        this.admin = this.admin.bind(this);
      }

      @Get('admin')
      @RequireSession({ role: 'org:admin' })
      admin(): string {
        return ran('admin');
      }
    }

    @Controller('arrow')
    class ArrowController {
      constructor() {
        const { admin } = this;
        this.admin = () => admin.call(this);
        Object.defineProperty(this.admin, 'name', { value: '' });
      }

      @Get('admin')
      @RequireSession({ role: 'org:admin' })
      admin(): string {
        return ran('admin');
      }
    }

    @Controller({ path: 'scoped', scope: Scope.REQUEST })
    class ScopedBoundController extends BoundController {}

    const LOST: readonly (readonly [string, Type, string])[] = [
      ['under a public class', PublicLostController, '@RequireSession()'],
      ['with kinds of tokens only', LostTokensController, '@AcceptTokens()'],
      ['by binding it in the constructor', BoundController, '@RequireSession()'],
      ['by another function in the constructor', ArrowController, '@RequireSession()'],
    ];

    it.each(LOST)('cannot open it, whatever is audited: %s', async (_, controller, word) => {
      for (const audit of [undefined, 'off', 'log', 'error', 'strict'] as const) {
        const boot = start([controller], { audit });
        await expect(boot).rejects.toMatchObject({
          name: 'ConfigurationError',
          code: 'guard_missing',
          problems: [expect.stringContaining(`says ${word}, but its guard is lost`)],
        });
      }
    });

    const GLOBAL = { providers: [{ provide: APP_GUARD, useExisting: AuthGuard }] };

    it.each([
      ['replaced', PublicLostController, '/lost/admin'],
      ['bound', BoundController, '/bound/admin'],
      ['bound for each request', ScopedBoundController, '/scoped/admin'],
    ])('cannot make a global guard forget what it demands: %s', async (_, controller, path) => {
      await start([controller], { ...GLOBAL, audit: 'strict' });
      await refused(path, 401);
      await refused(path, 403, member);
      await ask(path, admin).expect(200, 'ran');
      const [route] = apps.app.get(RouteAudit).routes();
      expect(route?.protection).toEqual({ kind: 'required', demands: ['role org:admin'] });
    });

    it('and where nobody can tell which handler it was, nobody gets in', async () => {
      await start([ArrowController], GLOBAL);
      await refused('/arrow/admin', 500);
      await refused('/arrow/admin', 500, admin);
    });
  });
});

describe('words that contradict each other stop the boot, naming both', () => {
  type Word = MethodDecorator & ClassDecorator;

  const SAYINGS: readonly (readonly [string, readonly Word[], string, string])[] = [
    ['public, required', [Public(), RequireSession()], '@Public()', '@RequireSession()'],
    [
      'public, demanding',
      [Public(), RequireSession({ role: 'org:admin' })],
      '@Public()',
      '@RequireSession()',
    ],
    [
      'optional, required',
      [OptionalSession(), RequireSession()],
      '@OptionalSession()',
      '@RequireSession()',
    ],
    ['public, optional', [Public(), OptionalSession()], '@Public()', '@OptionalSession()'],
    [
      'optional in two ways',
      [OptionalSession(), OptionalSession({ invalid: 'reject' })],
      '@OptionalSession()',
      "@OptionalSession({ invalid: 'reject' })",
    ],
    [
      'two lists of tokens',
      [AcceptTokens('api_key'), AcceptTokens('api_key', 'm2m_token')],
      "@AcceptTokens('api_key')",
      "@AcceptTokens('api_key', 'm2m_token')",
    ],
  ];

  const both = (words: readonly Word[]): (readonly Word[])[] => [words, [...words].reverse()];

  describe.each(SAYINGS)('%s', (_, words, one, other) => {
    const pair = new RegExp(
      `${escaped(one)} and ${escaped(other)}|${escaped(other)} and ${escaped(one)}`,
    );

    it('on a handler', () => {
      for (const [first, second] of both(words)) {
        expect(() => onHandler(first!, second!)).toThrow(ConfigurationError);
        expect(() => onHandler(first!, second!)).toThrow(pair);
        expect(() => onHandler(first!, second!)).toThrow('Spoken.handler says both');
      }
    });

    it('on a handler, by way of one decorator', () => {
      for (const list of both(words)) {
        const composed = applyDecorators(...list);
        expect(() => onHandler(composed)).toThrow(pair);
      }
    });

    it('on a handler that another decorator replaces in between', () => {
      for (const [first, second] of both(words)) {
        expect(() => onHandler(first!, Replacing as Word, second!)).toThrow(pair);
      }
    });

    it('on a class', () => {
      for (const [first, second] of both(words)) {
        expect(() => onClass(first!, second!)).toThrow(pair);
        expect(() => onClass(first!, second!)).toThrow('Spoken says both');
      }
    });

    it('but not when one of them is on the class', () => {
      for (const [first, second] of both(words)) {
        expect(() => {
          @(second!)
          class Spoken {
            @(first!)
            handler(): string {
              return 'ran';
            }
          }
          return Spoken;
        }).not.toThrow();
      }
    });
  });

  it('said twice in the same way is no contradiction', () => {
    const said = [Public, RequireSession, OptionalSession, () => AcceptTokens('api_key')];
    for (const word of said) {
      expect(() => onHandler(word(), word())).not.toThrow();
      expect(() => onClass(word(), word())).not.toThrow();
    }
    const kinds = () =>
      onHandler(AcceptTokens('api_key', 'm2m_token'), AcceptTokens('m2m_token', 'api_key'));
    expect(kinds).not.toThrow();
  });

  it('a property cannot bear a word', () => {
    class Spoken {
      readonly handler = (): string => 'ran';
    }
    // As compilers call it for a property.
    const word = RequireSession() as (target: object, name: string) => void;
    expect(() => {
      word(Spoken.prototype, 'handler');
    }).toThrow(
      'Spoken.handler is no method: @RequireSession() can stand on a method or class only.',
    );
  });

  function onHandler(...words: readonly (MethodDecorator | Word)[]): unknown {
    class Spoken {
      handler(): string {
        return 'ran';
      }
    }
    let descriptor: PropertyDescriptor = Object.getOwnPropertyDescriptor(
      Spoken.prototype,
      'handler',
    )!;
    for (const word of [...words].reverse()) {
      descriptor =
        (word(Spoken.prototype, 'handler', descriptor) as PropertyDescriptor | undefined) ??
        descriptor;
    }
    return Spoken;
  }

  function onClass(...words: readonly Word[]): unknown {
    class Spoken {}
    for (const word of [...words].reverse()) word(Spoken);
    return Spoken;
  }
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function organizationOf({ sessionToken }: SignedIn): string {
  const claims = JSON.parse(atob(sessionToken.split('.')[1] ?? '')) as {
    readonly o: { id: string };
  };
  return claims.o.id;
}

function protections(app: INestApplication): Record<string, string> {
  const told = app.get(RouteAudit).routes();
  return Object.fromEntries(told.map(({ handler, protection }) => [handler, protection.kind]));
}
