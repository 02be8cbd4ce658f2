import { RequestMethod, VERSION_NEUTRAL, VersioningType, type Type } from '@nestjs/common';
import { Reflector, type ApplicationConfig } from '@nestjs/core';
import type { Handler } from '../access/written-words.js';

// Nest exports these names by paths that differ between 11 and 12; the names themselves are the same.
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';

type Version = string | typeof VERSION_NEUTRAL;
type ExcludedRoutes = ReturnType<ApplicationConfig['getGlobalPrefixOptions']>['exclude'];

/** Nest has two numbers for it. */
const EVERY_METHOD: readonly number[] = [RequestMethod.ALL, -1];

const reflector = new Reflector();

/** Whether Nest takes a method for a route. */
export function isRoute(handler: Handler): boolean {
  return pathsOn(handler).length > 0;
}

export function methodOf(handler: Handler): RequestMethod {
  return reflector.get<RequestMethod>(METHOD, handler);
}

/**
 * Where Nest serves a handler: global prefix, version, prefix of each module, controller, handler. Joined as Nest joins
 * them, which keeps doubled slashes and optional segments such as `{/:id}`.
 */
export function routePaths(
  handler: Handler,
  controller: Type,
  modulePaths: readonly string[],
  application: ApplicationConfig,
): readonly string[] {
  const unversioned = modulePaths.flatMap((start) =>
    pathsOn(controller).flatMap((middle) =>
      pathsOn(handler).map((end) => [start, middle, end].reduce(joined, '')),
    ),
  );
  const globalPrefix = withLeadingSlash(application.getGlobalPrefix()).replace(/\/$/, '');
  const { exclude } = application.getGlobalPrefixOptions();
  const paths = versionPaths(handler, controller, application).flatMap((version) =>
    unversioned.map((path) => {
      // Exclusions are written without the version, and hold for every version.
      const isExcluded = isExcludedBy(exclude, path, methodOf(handler));
      return served(`${isExcluded ? '' : globalPrefix}${version}${path}`);
    }),
  );
  return [...new Set(paths)];
}

/** Such as `/v1`; empty for a neutral version, and where the version is not in the path. */
function versionPaths(
  handler: Handler,
  controller: Type,
  application: ApplicationConfig,
): readonly string[] {
  const versioning = application.getVersioning();
  if (versioning?.type !== VersioningType.URI) return [''];
  // An empty version is none, so that the one of the controller counts.
  const versions = [versionOn(handler), versionOn(controller) ?? versioning.defaultVersion].find(
    Boolean,
  );
  if (versions === undefined) return [''];
  const prefix = versioning.prefix === false ? '' : (versioning.prefix ?? 'v');
  return [versions]
    .flat()
    .map((version) => (version === VERSION_NEUTRAL ? '' : `/${prefix}${String(version)}`));
}

function versionOn(target: Handler | Type): Version | Version[] | undefined {
  return reflector.get<Version | Version[] | undefined>(VERSION, target);
}

function isExcludedBy(exclude: ExcludedRoutes, path: string, method: RequestMethod): boolean {
  return (exclude ?? []).some(
    ({ pathRegex, requestMethod }) =>
      [...EVERY_METHOD, method].includes(requestMethod) && pathRegex.test(path),
  );
}

function pathsOn(target: Handler | Type): readonly string[] {
  return [reflector.get<string | string[] | undefined>(PATH, target) ?? []].flat();
}

function joined(start: string, end: string): string {
  return end === '' ? start : start.replace(/\/$/, '') + withLeadingSlash(end);
}

function withLeadingSlash(path: string): string {
  return path === '' || path.startsWith('/') || path.startsWith('{/') ? path : `/${path}`;
}

function served(path: string): string {
  return path.replace(/\/$/, '') || '/';
}
