import type { ClerkObjectData } from './event-data.js';
import type { EventDataByName } from './event-data-by-name.js';

/** The name of an event that this version knows. */
export type ClerkEventName = keyof EventDataByName;

/** What the name of an event begins with. */
export type EventFamily<Name extends string> = Name extends `${infer Start}.${string}`
  ? Start
  : never;

/** The name of an event, all events of one kind, or all there are. A name that this version does not know will do. */
export type ClerkEventPattern =
  | ClerkEventName
  | `${EventFamily<ClerkEventName>}.*`
  | '*'
  // Any other text; written so that editors still propose the ones above.
  | (string & {});

/** The names that a pattern means. */
export type NamesOf<Pattern extends string> = Pattern extends '*'
  ? ClerkEventName
  : Pattern extends `${infer Start}.*`
    ? EventNamesOf<Start>
    : Pattern;

/** The names that begin so; any, where this version knows none. */
export type EventNamesOf<Start extends string> = [
  Extract<ClerkEventName, `${Start}.${string}`>,
] extends [never]
  ? `${Start}.${string}`
  : Extract<ClerkEventName, `${Start}.${string}`>;

/**
 * An event of Clerk, as a handler is given it: a union over the names, so that a comparison of `type` narrows `data`.
 *
 * @example
 * ```ts
 * ClerkEvent<'user.created' | 'user.updated'>
 * ClerkEvent<'organization.*'>
 * ClerkEvent                     // every one that this version knows
 * ```
 */
export type ClerkEvent<Pattern extends ClerkEventPattern = ClerkEventName> = EventNamed<
  NamesOf<Pattern>
>;

/** The event of one name. */
export type EventNamed<Name extends string> = Name extends unknown
  ? {
      readonly object: 'event';
      readonly type: Name;
      readonly data: Name extends ClerkEventName ? EventDataByName[Name] : ClerkObjectData;
      /** When it happened; `delivery.occurredAt` says it in milliseconds, whatever Clerk wrote. */
      readonly timestamp?: number;
      readonly instance_id?: string;
      readonly event_attributes?: EventAttributes;
    }
  : never;

/** Of the request that led to the event. */
export interface EventAttributes {
  readonly http_request?: { readonly client_ip?: string; readonly user_agent?: string };
}

export type UserWebhookEvent = ClerkEvent<'user.*'>;
export type SessionWebhookEvent = ClerkEvent<'session.*'>;
export type OrganizationWebhookEvent = ClerkEvent<'organization.*'>;
export type OrganizationMembershipWebhookEvent = ClerkEvent<'organizationMembership.*'>;
export type OrganizationInvitationWebhookEvent = ClerkEvent<'organizationInvitation.*'>;
