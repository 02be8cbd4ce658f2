import type {
  AcceptedInvitationData,
  ClerkObjectData,
  DeletedData,
  DeletedUserData,
  OrganizationData,
  OrganizationInvitationData,
  OrganizationMembershipData,
  SessionData,
  UserData,
} from './event-data.js';

/** Every event that this version knows, with what its `data` is. */
export interface EventDataByName {
  'user.created': UserData;
  'user.updated': UserData;
  'user.deleted': DeletedUserData;
  'session.created': SessionData;
  'session.pending': SessionData;
  'session.ended': SessionData;
  'session.removed': SessionData;
  'session.revoked': SessionData;
  'email.created': ClerkObjectData;
  'sms.created': ClerkObjectData;
  'organization.created': OrganizationData;
  'organization.updated': OrganizationData;
  'organization.deleted': DeletedData;
  'organizationDomain.created': ClerkObjectData;
  'organizationDomain.updated': ClerkObjectData;
  'organizationDomain.deleted': DeletedData;
  'organizationMembership.created': OrganizationMembershipData;
  'organizationMembership.updated': OrganizationMembershipData;
  'organizationMembership.deleted': OrganizationMembershipData;
  'organizationInvitation.created': OrganizationInvitationData;
  'organizationInvitation.accepted': AcceptedInvitationData;
  'organizationInvitation.revoked': OrganizationInvitationData;
  'role.created': ClerkObjectData;
  'role.updated': ClerkObjectData;
  'role.deleted': ClerkObjectData;
  'permission.created': ClerkObjectData;
  'permission.updated': ClerkObjectData;
  'permission.deleted': ClerkObjectData;
  'waitlistEntry.created': ClerkObjectData;
  'waitlistEntry.updated': ClerkObjectData;
  'paymentAttempt.created': ClerkObjectData;
  'paymentAttempt.updated': ClerkObjectData;
  'subscription.created': ClerkObjectData;
  'subscription.updated': ClerkObjectData;
  'subscription.active': ClerkObjectData;
  'subscription.pastDue': ClerkObjectData;
  'subscriptionItem.created': ClerkObjectData;
  'subscriptionItem.updated': ClerkObjectData;
  'subscriptionItem.active': ClerkObjectData;
  'subscriptionItem.canceled': ClerkObjectData;
  'subscriptionItem.upcoming': ClerkObjectData;
  'subscriptionItem.ended': ClerkObjectData;
  'subscriptionItem.abandoned': ClerkObjectData;
  'subscriptionItem.incomplete': ClerkObjectData;
  'subscriptionItem.pastDue': ClerkObjectData;
  'subscriptionItem.freeTrialEnding': ClerkObjectData;
}
