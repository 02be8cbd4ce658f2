import type { RouteRequirements } from 'nestjs-clerk-auth';
import { InOrganization } from './in-organization.js';

/**
 * For admins of the organization that the URL names.
 *
 * An app of yours can declare its roles and permissions, and then no misspelled one compiles:
 *
 *     declare global { interface ClerkAuthorization { role: 'org:admin' | 'org:member'; permission: 'org:invoices:read' } }
 *
 * Not done here: it holds for a whole program, and this repository checks all its samples and tests as one.
 */
export const AdminOnly = (requirements: RouteRequirements = {}) =>
  InOrganization({ ...requirements, role: 'org:admin' });
