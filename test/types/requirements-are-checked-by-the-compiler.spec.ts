import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { complaintsAbout } from '../contract/support/compile.js';
import { repository } from '../contract/support/repository.js';

const MINUTE = 60_000;

/** A line that must not compile says why not, in the compiler's words: `// no: …`. Every other line must compile. */
type Sources = Readonly<Record<string, string>>;

/** Nothing is declared: what an application has that never heard of Clerk's global types. */
const UNDECLARED: Sources = {
  'any text is a role or a permission': `
import { RequireSession, type RoleName, type PermissionName, type Session } from 'nestjs-clerk-auth';
export const role: RoleName = 'org:whatever';
export const permission: PermissionName = 'org:what:ever';
RequireSession({ role: 'org:whatever', permission: ['org:what:ever'] });
RequireSession({ role: 5 }); // no: Type 'number' is not assignable to type
export const may = (session: Session) => session.has({ role: 'a', permission: 'b', feature: 'c' });
export const mayNot = (session: Session) => session.has({ role: ['a'] }); // no: Type 'string[]' is not
`,

  'a demand that does not exist': `
import { RequireSession } from 'nestjs-clerk-auth';
RequireSession({ role: 'org:admin' });
RequireSession({ roles: 'org:admin' }); // no: 'roles' does not exist in type 'RouteRequirements'
RequireSession({ role: 'org:admin', permissions: ['org:a:b'] }); // no: 'permissions' does not exist
RequireSession({ organisation: true }); // no: 'organisation' does not exist
RequireSession({ role: { any: ['a'] } }); // no: 'any' does not exist
RequireSession({ role: { all: ['a'], any: ['b'] } }); // no: 'any' does not exist
RequireSession('org:admin'); // no: has no properties in common
RequireSession([]); // no: has no properties in common
RequireSession(() => true); // no: has no properties in common
RequireSession(null); // no: Argument of type 'null' is not assignable
`,

  'a demand of the wrong type': `
import { RequireSession } from 'nestjs-clerk-auth';
RequireSession({ actor: false });
RequireSession({ actor: true }); // no: Type 'true' is not assignable to type 'false'
RequireSession({ live: true });
RequireSession({ live: 'yes' }); // no: Type 'string' is not assignable to type 'boolean | undefined'
RequireSession({ role: { all: ['a'] } });
RequireSession({ role: { all: 'a' } }); // no: Type 'string' is not assignable to type 'readonly string[]'
RequireSession({ role: undefined }); // no: with 'exactOptionalPropertyTypes: true'
`,

  'where the organization is named': `
import { RequireSession } from 'nestjs-clerk-auth';
RequireSession({ organization: true });
RequireSession({ organization: { param: 'orgId' } });
RequireSession({ organization: { slug: 'slug' } });
RequireSession({ organization: { query: 'org' } });
RequireSession({ organization: { header: 'x-org' } });
RequireSession({ organization: false }); // no: Type 'false' is not assignable
RequireSession({ organization: 'org_acme' }); // no: Type 'string' is not assignable
RequireSession({ organization: {} }); // no: Type '{}' is not assignable
RequireSession({ organization: { path: 'orgId' } }); // no: 'path' does not exist
RequireSession({ organization: { param: 5 } }); // no: Type 'number' is not assignable to type 'string'
`,

  'how the user must have proved who they are': `
import { RequireSession, type Reverification } from 'nestjs-clerk-auth';
export const own: Reverification = { level: 'multi_factor', afterMinutes: 5 };
RequireSession({ reverification: own });
RequireSession({ reverification: 'strict_mfa' });
RequireSession({ reverification: 'strictest' }); // no: Type '"strictest"' is not assignable
RequireSession({ reverification: { level: 'first_factor' } }); // no: 'afterMinutes' is missing
RequireSession({ reverification: { level: 'third', afterMinutes: 5 } }); // no: Type '"third"' is not
`,

  'whose tokens are accepted, and who calls then': `
import { AcceptTokens, RequireSession, Session, type Caller, type Machine } from 'nestjs-clerk-auth';
AcceptTokens('session_token', 'api_key', 'm2m_token', 'oauth_token');
AcceptTokens(); // no: Expected at least 1 argument
AcceptTokens('session'); // no: Argument of type '"session"' is not assignable
AcceptTokens(['api_key']); // no: is not assignable to parameter of type
RequireSession({ scope: ['read:users', 'write:users'] });
RequireSession({ scopes: 'read:users' }); // no: 'scopes' does not exist in type 'RouteRequirements'
export const who = (caller: Caller) =>
  caller.tokenType === 'session_token' ? caller.has({ role: 'org:admin' }) : caller.scopes;
export const machine = (caller: Caller): Machine | undefined =>
  caller.tokenType === 'session_token' ? undefined : caller;
export const session: Caller = {} as Session;
export const wrong = (caller: Caller) => caller.scopes; // no: Property 'scopes' does not exist on type 'Session
export const no = (caller: Machine) => caller.has({}); // no: Property 'has' does not exist
export const kinds = (caller: Machine): string | null => {
  switch (caller.tokenType) {
    case 'api_key':
      return caller.organizationId ?? caller.userId;
    case 'm2m_token':
      return caller.machineId;
    case 'oauth_token':
      return caller.clientId + caller.userId;
  }
};
`,

  'what a predicate is told and returns': `
import type { ExecutionContext } from '@nestjs/common';
import { RequireSession, type Session, type SessionPredicate } from 'nestjs-clerk-auth';
export const own: SessionPredicate = (session: Session, context: ExecutionContext) =>
  session.userId === context.getClass().name;
RequireSession({ predicate: own });
RequireSession({ predicate: async (session) => session.organization?.slug === 'acme' });
RequireSession({ predicate: (session) => session.userId }); // no: 'string' is not assignable
RequireSession({ predicate: (session) => session.user }); // no: 'user' does not exist on type 'Session
RequireSession({ predicate: true }); // no: Type 'boolean' is not assignable to type 'SessionPredicate'
`,

  'decorated signatures': `
import { Controller, Get } from '@nestjs/common';
import { CurrentSession, OptionalSession, RequireSession, Session } from 'nestjs-clerk-auth';
@Controller()
@RequireSession({ role: 'org:admin' })
export class NotesController {
  @Get('required')
  @RequireSession()
  required(@CurrentSession() session: Session): string {
    return session.userId;
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession() session: Session | null): string {
    return session?.userId ?? 'nobody';
  }

  @Get('careless')
  @OptionalSession()
  careless(@CurrentSession() session: Session | null): string {
    return session.userId; // no: 'session' is possibly 'null'
  }

  @Get('property')
  @OptionalSession()
  property(@CurrentSession('userId') user: string | null): string {
    return user ?? 'nobody';
  }

  @Get('misspelled')
  @OptionalSession()
  misspelled(@CurrentSession('userID') user: string): string { // no: '"userID"' is not assignable
    return user;
  }

  @Get('method')
  @OptionalSession()
  method(@CurrentSession('has') user: string): string { // no: '"has"' is not assignable
    return user;
  }
}
`,

  'a decorator of ones own': `
import { applyDecorators, Controller, Get } from '@nestjs/common';
import { CurrentSession, RequireSession, Session } from 'nestjs-clerk-auth';
const AdminOnly = () => RequireSession({ role: 'org:admin' });
const Audited = () => applyDecorators(AdminOnly(), RequireSession({ live: true }));
export const typed: ClassDecorator & MethodDecorator = AdminOnly();

@Controller()
@AdminOnly()
export class AdminController {
  @Get()
  @AdminOnly()
  @Audited()
  handle(@CurrentSession() session: Session): number {
    return session.userId.length;
  }
}
`,

  'claims of ones own': `
import { Controller, Get } from '@nestjs/common';
import { CurrentSession, RequireSession, Session, type SessionClaims } from 'nestjs-clerk-auth';

interface MyClaims extends SessionClaims {
  readonly tier: 'free' | 'gold';
}

@Controller()
export class TierController {
  @Get()
  @RequireSession()
  tier(@CurrentSession() session: Session<MyClaims>): 'free' | 'gold' | undefined {
    return session.claims?.tier;
  }

  @Get('wrong')
  @RequireSession()
  wrong(@CurrentSession() session: Session<MyClaims>): 'silver' | undefined {
    return session.claims?.tier; // no: Type '"free" | "gold" | undefined' is not assignable
  }

  @Get('unknown')
  @RequireSession()
  unknown(@CurrentSession() session: Session): string {
    return session.claims?.tier; // no: Type 'unknown' is not assignable to type 'string'
  }

  @Get('known')
  @RequireSession()
  known(@CurrentSession() session: Session): string | undefined {
    return session.claims?.sub;
  }
}

export type NoClaims = Session<{ tier: string }>; // no: does not satisfy the constraint 'SessionClaims'
`,
};

/** As an application declares what is its own, once, for Clerk's SDKs and for this. */
const DECLARED: Sources = {
  declarations: `
declare global {
  interface ClerkAuthorization {
    role: 'org:admin' | 'org:member';
    permission: 'org:a:b';
  }
  interface CustomJwtSessionClaims {
    metadata: { onboarded: boolean };
  }
}
export type Declared = ClerkAuthorization;
`,

  'only declared roles and permissions': `
import { RequireSession, type RoleName, type PermissionName, type Session } from 'nestjs-clerk-auth';
export const role: RoleName = 'org:member';
export const noRole: RoleName = 'org:owner'; // no: Type '"org:owner"' is not assignable to type
export const permission: PermissionName = 'org:a:b';
export const noPermission: PermissionName = 'org:a:c'; // no: Type '"org:a:c"' is not assignable to type
RequireSession({ role: 'org:admin', permission: 'org:a:b' });
RequireSession({ role: ['org:admin', 'org:member'], permission: { all: ['org:a:b'] } });
RequireSession({ role: 'org:owner' }); // no: Type '"org:owner"' is not assignable to type
RequireSession({ role: ['org:admin', 'org:owner'] }); // no: Type '"org:owner"' is not assignable to type
RequireSession({ permission: 'org:a:c' }); // no: Type '"org:a:c"' is not assignable to type
RequireSession({ permission: { all: ['org:a:c'] } }); // no: Type '"org:a:c"' is not assignable to type
export const may = (session: Session) => session.has({ role: 'org:admin', permission: 'org:a:b' });
export const mayNot = (session: Session) => session.has({ role: 'org:owner' }); // no: Type '"org:owner"'
`,

  'the same declaration for Clerk': `
import type { SignedInAuthObject } from '@clerk/backend/internal';
import type { Session } from 'nestjs-clerk-auth';
export const mine = (session: Session) => session.has({ role: 'org:admin' });
export const theirs = (auth: SignedInAuthObject) => auth.has({ role: 'org:admin' });
export const noTheirs = (auth: SignedInAuthObject) => auth.has({ role: 'org:owner' }); // no: Type '"org:owner"'
`,

  'declared claims': `
import type { Session } from 'nestjs-clerk-auth';
export const onboarded = (session: Session): boolean | undefined =>
  session.claims?.metadata.onboarded;
export const no = (session: Session) => session.claims?.metadata.on; // no: 'on' does not exist
`,
};

/** Only permissions are declared: roles stay as free as they were. */
const HALF: Sources = {
  declarations: `
declare global {
  interface ClerkAuthorization {
    permission: 'org:a:b';
  }
}
export type Declared = ClerkAuthorization;
`,
  'only permissions are narrowed': `
import { RequireSession } from 'nestjs-clerk-auth';
RequireSession({ role: 'org:owner', permission: 'org:a:b' });
RequireSession({ permission: 'org:a:c' }); // no: Type '"org:a:c"' is not assignable to type
`,
};

/** A program of its own for each: a declaration holds for all of its files. */
const PROGRAMS = { UNDECLARED, DECLARED, HALF };

interface Told {
  readonly line: number;
  readonly message: string;
}

/** Complaints by source. */
type Complaints = ReadonlyMap<string, readonly Told[]>;

function compile(sources: Sources): Complaints {
  const pathOf = (name: string): string =>
    join(repository, 'test/types', `${name.replaceAll(' ', '-')}.ts`);
  const names = Object.keys(sources);
  const told = complaintsAbout(new Map(names.map((name) => [pathOf(name), sources[name]!])));
  return new Map(names.map((name) => [name, told.filter(({ path }) => path === pathOf(name))]));
}

/** The lines of a source that must not compile, with a part of the compiler's reason. */
function expectedIn(source: string): Told[] {
  return source.split('\n').flatMap((text, at) => {
    const [, message] = text.split('// no: ');
    return message === undefined ? [] : [{ line: at + 1, message }];
  });
}

describe.each(Object.entries(PROGRAMS))('%s', (_, sources) => {
  let complaints: Complaints;

  beforeAll(() => {
    complaints = compile(sources);
  }, MINUTE);

  it.each(Object.entries(sources))('%s', (name, source) => {
    const expected = expectedIn(source).map(({ line, message }) =>
      expect.objectContaining({ line, message: expect.stringContaining(message) }),
    );
    expect(complaints.get(name)).toEqual(expected);
  });
});
