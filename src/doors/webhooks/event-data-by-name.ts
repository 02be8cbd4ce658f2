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
  /** Somebody has an account from now on. */
  'user.created': UserData;
  /** Something about a user changed; bans come by this name too. */
  'user.updated': UserData;
  /** An account is gone. */
  'user.deleted': DeletedUserData;
  /** Somebody signed in. */
  'session.created': SessionData;
  /** Somebody signed in, and must do something more first. */
  'session.pending': SessionData;
  /** A session was ended. */
  'session.ended': SessionData;
  /** Somebody signed out: the session was removed from its browser. */
  'session.removed': SessionData;
  /** A session was ended for its user, by a server or in the Dashboard. */
  'session.revoked': SessionData;
  /** Clerk sends an e-mail, or leaves it to you. */
  'email.created': ClerkObjectData;
  /** Clerk sends an SMS, or leaves it to you. */
  'sms.created': ClerkObjectData;
  /** An organization was made. */
  'organization.created': OrganizationData;
  /** Something about an organization changed. */
  'organization.updated': OrganizationData;
  /** An organization is gone. */
  'organization.deleted': DeletedData;
  /** A domain was added to an organization. */
  'organizationDomain.created': ClerkObjectData;
  /** A domain of an organization changed, such as by being verified. */
  'organizationDomain.updated': ClerkObjectData;
  /** A domain was taken from an organization. */
  'organizationDomain.deleted': DeletedData;
  /** A user became a member. */
  'organizationMembership.created': OrganizationMembershipData;
  /** A member may do something else from now on, or their metadata changed. */
  'organizationMembership.updated': OrganizationMembershipData;
  /** A user is no longer a member. */
  'organizationMembership.deleted': OrganizationMembershipData;
  /** Somebody was invited. */
  'organizationInvitation.created': OrganizationInvitationData;
  /** An invitation was accepted. */
  'organizationInvitation.accepted': AcceptedInvitationData;
  /** An invitation was taken back. */
  'organizationInvitation.revoked': OrganizationInvitationData;
  /** A role of organizations was made. */
  'role.created': ClerkObjectData;
  /** A role changed, such as by its permissions. */
  'role.updated': ClerkObjectData;
  /** A role is gone. */
  'role.deleted': ClerkObjectData;
  /** A permission of organizations was made. */
  'permission.created': ClerkObjectData;
  /** A permission changed. */
  'permission.updated': ClerkObjectData;
  /** A permission is gone. */
  'permission.deleted': ClerkObjectData;
  /** Somebody asked to be let in. */
  'waitlistEntry.created': ClerkObjectData;
  /** Such a request was answered, or changed. */
  'waitlistEntry.updated': ClerkObjectData;
  /** A payment was begun. */
  'paymentAttempt.created': ClerkObjectData;
  /** A payment succeeded or failed. */
  'paymentAttempt.updated': ClerkObjectData;
  /** A user or an organization subscribed. */
  'subscription.created': ClerkObjectData;
  /** Something about a subscription changed. */
  'subscription.updated': ClerkObjectData;
  /** A subscription holds from now on. */
  'subscription.active': ClerkObjectData;
  /** A subscription was not paid in time. */
  'subscription.pastDue': ClerkObjectData;
  /** A plan was added to a subscription. */
  'subscriptionItem.created': ClerkObjectData;
  /** Something about a plan of a subscription changed. */
  'subscriptionItem.updated': ClerkObjectData;
  /** A plan of a subscription holds from now on. */
  'subscriptionItem.active': ClerkObjectData;
  /** A plan was canceled, and holds until its period ends. */
  'subscriptionItem.canceled': ClerkObjectData;
  /** A plan will hold from the next period on. */
  'subscriptionItem.upcoming': ClerkObjectData;
  /** A plan holds no longer. */
  'subscriptionItem.ended': ClerkObjectData;
  /** A plan was chosen, and never paid. */
  'subscriptionItem.abandoned': ClerkObjectData;
  /** A plan was chosen, and its payment is not complete. */
  'subscriptionItem.incomplete': ClerkObjectData;
  /** A plan was not paid in time. */
  'subscriptionItem.pastDue': ClerkObjectData;
  /** A free trial is about to end. */
  'subscriptionItem.freeTrialEnding': ClerkObjectData;
}
