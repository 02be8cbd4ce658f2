import { ConfigurationError } from '../errors/configuration-error.js';
import type { Demand, OrganizationPlace } from '../policy/demand.js';
import type { Reverification } from '../session/requirements.js';
import type { RouteRequirements } from './route-requirements.js';

type HasKind = 'role' | 'permission' | 'feature' | 'plan' | 'scope';

type Reader = (value: unknown) => readonly Demand[];

/** In the order in which they are checked: step-up comes last, so that nobody is asked to verify for nothing. */
const READERS: Readonly<Record<Exclude<keyof RouteRequirements, 'live' | 'predicate'>, Reader>> = {
  organization: readOrganization,
  role: (value) => readNames('role', value),
  permission: (value) => readNames('permission', value),
  feature: (value) => readNames('feature', value),
  plan: (value) => readNames('plan', value),
  scope: (value) => readNames('scope', value),
  actor: readActor,
  reverification: readReverification,
};

const NAMES: ReadonlySet<string> = new Set([...Object.keys(READERS), 'live', 'predicate']);
const PLACES: readonly OrganizationPlace[] = ['param', 'slug', 'query', 'header'];
const LEVELS: ReadonlySet<unknown> = new Set(['first_factor', 'second_factor', 'multi_factor']);
const PRESETS: ReadonlySet<unknown> = new Set(['strict_mfa', 'strict', 'moderate', 'lax']);

/**
 * What a decorator's requirements demand. A mistake in them must not become a route that demands nothing, so it stops
 * the boot: decorators run when the file loads.
 *
 * @throws ConfigurationError `configuration_invalid`
 */
export function readRequirements(written: RouteRequirements): readonly Demand[] {
  const names = namesOf(written);
  if (names.length === 0) {
    throw mistaken('demands nothing with {}: leave it out, or name a demand.');
  }
  const unknown = names.filter((name) => !NAMES.has(name));
  if (unknown.length > 0) {
    throw mistaken(
      `has no demand called ${unknown.join(', ')}: there are ${[...NAMES].join(', ')}.`,
    );
  }
  checkSwitches(written);
  return Object.entries(READERS).flatMap(([name, read]) => {
    const value: unknown = written[name as keyof typeof READERS];
    return name in written ? read(value) : [];
  });
}

/** In JavaScript `null` may be written too. */
function namesOf(written: object | null): readonly string[] {
  return Object.keys(written ?? {});
}

/** A demand that is `undefined` was meant to be one: a circular import leaves predicates like that. */
function checkSwitches(written: RouteRequirements): void {
  if ('live' in written && typeof written.live !== 'boolean') {
    throw mistaken('takes live: true or false.');
  }
  if ('predicate' in written && typeof written.predicate !== 'function') {
    throw mistaken('takes a function as predicate.');
  }
}

function readNames(kind: HasKind, value: unknown): readonly Demand[] {
  const all = listOfAll(value);
  if (all !== undefined) return asNames(kind, all).map((name) => ({ kind, anyOf: [name] }));
  return [{ kind, anyOf: asNames(kind, Array.isArray(value) ? value : [value]) }];
}

function listOfAll(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || !('all' in value)) return undefined;
  return Array.isArray(value.all) && Object.keys(value).length === 1 ? value.all : undefined;
}

function asNames(kind: HasKind, list: readonly unknown[]): readonly string[] {
  const names = list.filter((name) => typeof name === 'string' && name !== '') as string[];
  if (names.length > 0 && names.length === list.length) return names;
  throw mistaken(`takes as ${kind} a name, a list of names, or { all: [names] }.`);
}

function readOrganization(value: unknown): readonly Demand[] {
  if (value === true) return [{ kind: 'organization' }];
  const [entry, ...others] = Object.entries(value ?? {}) as [string, unknown][];
  const place = PLACES.find((candidate) => candidate === entry?.[0]);
  const name = entry?.[1];
  if (place !== undefined && typeof name === 'string' && name !== '' && others.length === 0) {
    return [{ kind: 'organization', from: { place, name } }];
  }
  throw mistaken(`takes as organization true, or one of ${PLACES.join(', ')} with a name.`);
}

function readActor(value: unknown): readonly Demand[] {
  if (value === false) return [{ kind: 'no_actor' }];
  throw mistaken('takes as actor only false: nobody may act in the name of the user.');
}

function readReverification(value: unknown): readonly Demand[] {
  if (isReverification(value)) return [{ kind: 'reverification', level: value }];
  throw mistaken(
    `takes as reverification one of ${[...PRESETS].join(', ')}, or { level, afterMinutes }.`,
  );
}

function isReverification(value: unknown): value is Reverification {
  if (PRESETS.has(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { level, afterMinutes } = value as Readonly<Record<string, unknown>>;
  return LEVELS.has(level) && typeof afterMinutes === 'number' && afterMinutes > 0;
}

function mistaken(message: string): ConfigurationError {
  return new ConfigurationError([`@RequireSession() ${message}`]);
}
