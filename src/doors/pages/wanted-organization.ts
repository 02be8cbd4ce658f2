import type { GuardedRoute } from '../../access/guarded-route.js';
import type { Session } from '../../session/session.js';
import { valueIn } from '../../transport/value-in.js';
import type { Visit } from '../../access/page-gate.js';

type Source = GuardedRoute['organizationFrom'][number];

/** What organizations are called by, id or slug; anything else is not put into a URL. */
const NAME = /^[\w-]{1,255}$/;

/** The organization that a route is about, by id or slug, as its request names it; `undefined` where it is about none. */
export function wantedOrganization(
  { route, context }: Pick<Visit, 'route' | 'context'>,
  session: Session | undefined,
): string | undefined {
  for (const source of route.organizationFrom) {
    const name = valueIn(context, source.place === 'slug' ? 'param' : source.place, source.name);
    if (name !== undefined && NAME.test(name) && name !== activeIn(session, source)) return name;
  }
  return undefined;
}

function activeIn(session: Session | undefined, { place }: Source): string | undefined {
  const organization = session?.organization;
  return place === 'slug' ? organization?.slug : organization?.id;
}
