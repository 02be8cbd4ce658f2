export type {
  ClerkEvent,
  ClerkEventName,
  ClerkEventPattern,
  EventAttributes,
  EventFamily,
  EventNamed,
  EventNamesOf,
  NamesOf,
  OrganizationInvitationWebhookEvent,
  OrganizationMembershipWebhookEvent,
  OrganizationWebhookEvent,
  SessionWebhookEvent,
  UserWebhookEvent,
} from './clerk-event.js';
export { ClerkWebhooks } from './clerk-webhooks.js';
export { ClerkWebhooksModule } from './clerk-webhooks-module.js';
export type { Delivery } from './delivery.js';
export type {
  AcceptedInvitationData,
  ClerkMetadata,
  ClerkObjectData,
  DeletedData,
  DeletedUserData,
  EmailAddressData,
  OrganizationData,
  OrganizationInvitationData,
  OrganizationMemberData,
  OrganizationMembershipData,
  PhoneNumberData,
  SessionData,
  UserData,
  VerificationData,
} from './event-data.js';
export type { EventDataByName } from './event-data-by-name.js';
export {
  OnClerkEvent,
  type DemandedNames,
  type EventHandlerDecorator,
  type FittingDelivery,
  type FittingEvent,
  type FittingHandler,
  type UnlistedName,
} from './on-clerk-event.js';
export type { WebhookHeaders } from './signed-headers.js';
export type { AcceptedDelivery, RefusedDelivery, WebhookAnswer } from './webhook-answer.js';
export { WebhookLedger, type Claim } from './webhook-ledger.js';
export type {
  ClerkWebhooksAsyncOptions,
  ClerkWebhooksOptions,
  ClerkWebhooksRoute,
} from './webhooks-options.js';
