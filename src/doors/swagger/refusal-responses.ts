import { inWords } from '../../audit/demands-in-words.js';
import type { RouteAccess, RouteDemand } from '../../audit/route-access.js';
import type { AccessDeniedCode } from '../../errors/error-code.js';
import { contentOf } from './refusal-bodies.js';
import type { RefusalStyle } from './refusal-style.js';

/** What a route demands, and how it may refuse. */
export interface Refusing {
  readonly access: RouteAccess;
  /** Whether an invalid credential is refused: on optional routes only with `invalid: 'reject'`. */
  readonly rejectsInvalid: boolean;
  /** The codes of its 403; none where it never answers so. */
  readonly denials: readonly AccessDeniedCode[];
}

/** The responses of a route that our guard answers, by status. */
export function refusalResponses(
  { access, rejectsInvalid, denials }: Refusing,
  style: RefusalStyle,
): Readonly<Record<string, object>> {
  return {
    ...(rejectsInvalid ? { 401: unauthenticated(access, style) } : {}),
    ...(denials.length > 0 ? { 403: denied(access, denials, style) } : {}),
    ...(access.protection === 'required' ? { 503: unavailable(style) } : {}),
  };
}

function unauthenticated({ protection }: RouteAccess, { body }: RefusalStyle): object {
  return {
    description:
      protection === 'optional'
        ? 'The credential does not hold.'
        : 'No credential, or one that does not hold.',
    headers: {
      'WWW-Authenticate': {
        description: 'The challenge of RFC 6750.',
        schema: { type: 'string' },
      },
    },
    ...(body === 'none' ? {} : { content: contentOf(body) }),
  };
}

function unavailable({ body }: RefusalStyle): object {
  return {
    description: 'Clerk cannot be asked, so nobody knows who is calling.',
    headers: {
      'Retry-After': {
        description: 'Seconds after which to try again.',
        schema: { type: 'integer' },
      },
    },
    ...(body === 'none' ? {} : { content: contentOf(body) }),
  };
}

function denied(
  { demands }: RouteAccess,
  codes: readonly AccessDeniedCode[],
  { deniedBody }: RefusalStyle,
): object {
  const sentences = [...needs(demands, codes), ...crossSite(codes)];
  return { description: sentences.join(' '), content: contentOf(deniedBody, codes) };
}

/** `Needs role org:admin and reverification strict.` */
function needs(
  demands: readonly RouteDemand[],
  codes: readonly AccessDeniedCode[],
): readonly string[] {
  const words = demands.flatMap(wordsOf);
  const isClosedToMachines = codes.includes('machine_not_allowed');
  if (words.length === 0) return isClosedToMachines ? ['Needs a session.'] : [];
  const [last = '', ...before] = words.toReversed();
  const list = before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
  return [`Needs ${list}.`];
}

function wordsOf(demand: RouteDemand): readonly string[] {
  switch (demand.kind) {
    // A session that Clerk does not confirm is a 401.
    case 'live':
      return [];
    case 'predicate':
      return ["what the route's own condition asks for"];
    case 'organization':
      return [demand.from === undefined ? 'an active organization' : `the ${inWords(demand)}`];
    default:
      return [inWords(demand)];
  }
}

function crossSite(codes: readonly AccessDeniedCode[]): readonly string[] {
  return codes.includes('cross_site_request')
    ? ["A cookie is refused where another site's page may have sent the request."]
    : [];
}
