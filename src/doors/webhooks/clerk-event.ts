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
      /** What every event says of itself. */
      readonly object: 'event';
      /** The name of the event. */
      readonly type: Name;
      /** What the event is about. */
      readonly data: Name extends ClerkEventName ? EventDataByName[Name] : ClerkObjectData;
      /** When it happened; `delivery.occurredAt` says it in milliseconds, whatever Clerk wrote. */
      readonly timestamp?: number;
      /** `ins_…`: the Clerk instance that tells of it. */
      readonly instance_id?: string;
      /** Of the request that led to it. */
      readonly event_attributes?: EventAttributes;
    }
  : never;

/** Of the request that led to the event. */
export interface EventAttributes {
  /** Who caused it; absent where no request did. */
  readonly http_request?: {
    /** As Clerk saw it. */
    readonly client_ip?: string;
    /** The header `User-Agent`. */
    readonly user_agent?: string;
  };
}

/** Any event of a user. */
export type UserWebhookEvent = ClerkEvent<'user.*'>;
/** Any event of a session. */
export type SessionWebhookEvent = ClerkEvent<'session.*'>;
/** Any event of an organization. */
export type OrganizationWebhookEvent = ClerkEvent<'organization.*'>;
/** Any event of a membership. */
export type OrganizationMembershipWebhookEvent = ClerkEvent<'organizationMembership.*'>;
/** Any event of an invitation to an organization. */
export type OrganizationInvitationWebhookEvent = ClerkEvent<'organizationInvitation.*'>;
