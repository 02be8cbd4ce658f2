import { beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { complaintsAbout } from '../contract/support/compile.js';
import { repository } from '../contract/support/repository.js';

const MINUTE = 60_000;

/** A line that must not compile says why not, in the compiler's words: `// no: …`. Every other line must compile. */
const HEAD = `
import { OnClerkEvent, type ClerkEvent, type Delivery, type OrganizationWebhookEvent, type UserData } from 'nestjs-clerk-auth/webhooks';
import type * as Clerk from '@clerk/backend/webhooks';
`;

const SOURCES: Readonly<Record<string, string>> = {
  'what fits': `${HEAD}
export class Fits {
  @OnClerkEvent('user.created', 'user.updated')
  async save({ data }: ClerkEvent<'user.created' | 'user.updated'>, delivery: Delivery): Promise<string> {
    return data.email_addresses[0]?.email_address ?? delivery.id;
  }
  @OnClerkEvent('user.created') wider(event: ClerkEvent<'user.created' | 'user.deleted'>): string { return event.type; }
  @OnClerkEvent('user.*') kind(event: ClerkEvent<'user.*'>): unknown {
    return event.type === 'user.deleted' ? event.data.deleted : event.data.banned;
  }
  @OnClerkEvent('organization.*') organizations(event: OrganizationWebhookEvent): string { return event.type; }
  @OnClerkEvent('*') all(event: ClerkEvent): string { return event.type; }
  @OnClerkEvent('user.created', 'session.*') several(event: ClerkEvent<'user.created' | 'session.*'>): string { return event.type; }
  @OnClerkEvent('brand.new') unknownToUs(event: ClerkEvent<'brand.new'>): unknown { return event.data.anything; }
  @OnClerkEvent('brand.*') unknownKind(event: ClerkEvent<'brand.*'>): unknown { return event.data.id; }
  @OnClerkEvent('user.created') nothing(): void {}
  @OnClerkEvent('user.created') anything(event: unknown, delivery: unknown): unknown[] { return [event, delivery]; }
  @OnClerkEvent('user.created') text(event: { type: string }): string { return event.type; }
  @OnClerkEvent('user.created') part({ data }: { data: { id: string } }): string { return data.id; }
  @OnClerkEvent('user.created') optional(event?: ClerkEvent<'user.created'>, delivery?: Delivery): unknown { return event ?? delivery; }
}
`,
  'the types of Clerk': `${HEAD}
export class Official {
  @OnClerkEvent('user.created') user(event: Clerk.UserWebhookEvent): string { return event.type; }
  @OnClerkEvent('user.*') users(event: Clerk.UserWebhookEvent, delivery: Delivery): string { return event.type + delivery.id; }
  @OnClerkEvent('session.*') sessions(event: Clerk.SessionWebhookEvent): string { return event.data.id; }
  @OnClerkEvent('organization.*') organizations(event: Clerk.OrganizationWebhookEvent): string { return event.type; }
  @OnClerkEvent('organizationMembership.*') members(event: Clerk.OrganizationMembershipWebhookEvent): string { return event.type; }
  @OnClerkEvent('*') all(event: Clerk.WebhookEvent): string { return event.type; }
  @OnClerkEvent('organization.*') wrong(event: Clerk.UserWebhookEvent): string { return event.type; } // no: 'its parameter does not take'
  @OnClerkEvent('session.pending') unlisted(event: Clerk.SessionWebhookEvent): string { return event.type; } // no: 'its parameter does not take'
}
export const names = (name: Clerk.WebhookEventType): ClerkEvent['type'] => name;
export const user = (event: Clerk.UserWebhookEvent): ClerkEvent<'user.*'> => event;
export const session = (event: Clerk.SessionWebhookEvent): ClerkEvent<'session.*'> => event;
export const organization = (event: Clerk.OrganizationWebhookEvent): OrganizationWebhookEvent => event;
export const member = (event: Clerk.OrganizationMembershipWebhookEvent): ClerkEvent<'organizationMembership.*'> => event;
export const invited = (event: Clerk.OrganizationInvitationWebhookEvent): ClerkEvent<'organizationInvitation.*'> => event;
export const accepted = (event: Clerk.OrganizationInvitationAcceptedWebhookEvent): ClerkEvent<'organizationInvitation.accepted'> => event;
`,
  'what does not fit': `${HEAD}
export class Wrong {
  @OnClerkEvent('user.created') other(event: ClerkEvent<'user.deleted'>): string { return event.type; } // no: 'its parameter does not take'
  @OnClerkEvent('user.created', 'user.deleted') half(event: ClerkEvent<'user.created'>): string { return event.type; } // no: 'its parameter does not take'
  @OnClerkEvent('user.*') narrow(event: ClerkEvent<'user.created'>): string { return event.type; } // no: 'its parameter does not take'
  @OnClerkEvent('*') few(event: ClerkEvent<'user.*'>): string { return event.type; } // no: 'its parameter does not take'
  @OnClerkEvent('user.craeted') slip(event: ClerkEvent<'user.created'>): string { return event.type; } // no: 'its parameter does not take'
  @OnClerkEvent('user.created') data(user: UserData): string { return user.id; } // no: 'its first parameter must be'
  @OnClerkEvent('user.created') swapped(delivery: Delivery, event: ClerkEvent<'user.created'>): unknown[] { return [delivery, event]; } // no: Unable to resolve signature
  @OnClerkEvent('user.created') second(event: ClerkEvent<'user.created'>, id: string): unknown[] { return [event, id]; } // no: 'its second parameter must be'
  @OnClerkEvent('user.created') third(event: ClerkEvent<'user.created'>, delivery: Delivery, more: string): unknown[] { return [event, delivery, more]; } // no: 'it is given two parameters'
  @OnClerkEvent() none(): void {} // no: Expected at least 1 arguments
  @OnClerkEvent(5) number(): void {} // no: Argument of type '5' is not assignable
  @OnClerkEvent('user.created') property = 1; // no: Unable to resolve signature
}
export const named = (event: ClerkEvent<'user.created'>): unknown => event.data.nobody; // no: Property 'nobody' does not exist
`,
  options: `
import { ClerkWebhooksModule, WebhookLedger } from 'nestjs-clerk-auth/webhooks';
declare const ledger: WebhookLedger;
ClerkWebhooksModule.forRoot();
ClerkWebhooksModule.forRoot({ path: 'hooks', secrets: ['a', 'b'], ledger, revoke: undefined });
ClerkWebhooksModule.forRoot({ secret: 'a' }); // no: 'secret' does not exist
ClerkWebhooksModule.forRootAsync({ path: 'hooks', inject: ['STORE'], useFactory: async (store: string) => ({ secrets: store }) });
ClerkWebhooksModule.forRootAsync({ useFactory: () => ({ tolerance: '5' }) }); // no: Type 'string' is not assignable to type 'number'
ClerkWebhooksModule.forRootAsync({ secrets: 'a', useFactory: () => ({}) }); // no: 'secrets' does not exist
`,
};

interface Told {
  readonly line: number;
  readonly message: string;
}

const pathOf = (name: string): string =>
  join(repository, 'test/types', `webhooks-${name.replaceAll(' ', '-')}.ts`);

/** The lines of a source that must not compile, with a part of the compiler's reason. */
function expectedIn(source: string): Told[] {
  return source.split('\n').flatMap((text, at) => {
    const [, message] = text.split('// no: ');
    return message === undefined ? [] : [{ line: at + 1, message }];
  });
}

let told: ReturnType<typeof complaintsAbout>;

beforeAll(() => {
  const names = Object.keys(SOURCES);
  told = complaintsAbout(new Map(names.map((name) => [pathOf(name), SOURCES[name]!])));
}, MINUTE);

it.each(Object.entries(SOURCES))('%s', (name, source) => {
  const unused = /is declared but its value is never read|are unused/;
  const complaints = told.filter(
    ({ path, message }) => path === pathOf(name) && !unused.test(message),
  );
  expect(complaints).toEqual(
    expectedIn(source).map(({ line, message }) =>
      expect.objectContaining({ line, message: expect.stringContaining(message) }),
    ),
  );
});
