import type { Fields } from '../http/asked.js';
import type { SignInOptions } from '../signed-in.js';
import { recordIn, textIn, wordsIn } from './read-field.js';

/**
 * How somebody signs in, said in flat fields. Features and plans are the organization's if there is one, else the user's.
 * @throws Error for a field that is of another kind, or that means nothing without an organization
 */
export function readSignInOptions(fields: Fields): SignInOptions {
  const where = {
    client: textIn(fields, 'client'),
    actor: textIn(fields, 'actor'),
    claims: recordIn(fields, 'claims'),
  };
  const paid = { features: wordsIn(fields, 'features'), plans: wordsIn(fields, 'plans') };
  const role = textIn(fields, 'role');
  const permissions = wordsIn(fields, 'permissions');
  const slug = textIn(fields, 'organization');
  if (slug !== undefined) return { ...where, organization: { slug, role, permissions, ...paid } };
  if (role === undefined && permissions === undefined) return { ...where, ...paid };
  throw new Error('`role` and `permissions` are those in an `organization`');
}
