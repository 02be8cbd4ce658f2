import { RequireSession, type RouteRequirements } from 'nestjs-clerk-auth';

/**
 * For members of the organization that the URL names, and with it active. Without this tie an admin of any
 * organization could reach into every other one. It comes last, so that nothing beside it can loosen it.
 */
export const InOrganization = (requirements: RouteRequirements = {}) =>
  RequireSession({ ...requirements, organization: { param: 'orgId' } });
