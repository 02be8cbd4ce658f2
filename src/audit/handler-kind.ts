import { MetadataScanner } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import type { Handler } from '../access/written-words.js';

// Nest exports these names by paths that differ between 11 and 12, or from packages that are optional; the names
// themselves are the same.
const RESOLVER_TYPE = 'graphql:resolver_type';
const RESOLVE_PROPERTY = 'graphql:resolve_property';
const RESOLVE_REFERENCE = 'graphql:resolve_reference';
const IS_GATEWAY = 'websockets:is_gateway';
const IS_MESSAGE = 'websockets:message_mapping';
const MESSAGE = 'message';
const PATTERN = 'microservices:pattern';
const HANDLER_TYPE = 'microservices:handler_type';
const EVENT = 2;

const ROOTS: ReadonlySet<unknown> = new Set(['Query', 'Mutation', 'Subscription']);

/** What calls a handler that no HTTP route leads to. */
export interface Entry {
  readonly kind: 'graphql' | 'ws' | 'rpc';
  /** `Query`, `Mutation`, `Subscription`, `Field`, `Reference`, `MESSAGE` or `EVENT`. */
  readonly method: string;
  /** Fields of GraphQL types that are no roots: guards run there on demand alone. */
  readonly isField: boolean;
  /** Names of fields, or patterns of messages. */
  readonly names: readonly string[];
}

const scanner = new MetadataScanner();

/** The methods of a class, inherited ones too. */
export function methodsOf(type: Type): readonly (readonly [name: string, handler: Handler])[] {
  const prototype = (type.prototype ?? {}) as Readonly<Record<string, Handler>>;
  return scanner.getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    return handler === undefined ? [] : [[name, handler] as const];
  });
}

export function isGateway(type: Type): boolean {
  return Reflect.getMetadata(IS_GATEWAY, type) === true;
}

/** Everything but HTTP that leads to a handler. */
export function entriesOf(type: Type, name: string, handler: Handler): readonly Entry[] {
  const read = (key: string): unknown => Reflect.getMetadata(key, handler) as unknown;
  const entries: Entry[] = [];
  const resolves = read(RESOLVER_TYPE);
  const isReference = read(RESOLVE_REFERENCE) === true;
  const isField = read(RESOLVE_PROPERTY) !== undefined;
  if (ROOTS.has(resolves) && !isField) {
    entries.push({
      kind: 'graphql',
      method: String(resolves),
      isField: false,
      names: [nameOf(handler, name)],
    });
  } else if (isReference || isField) {
    const method = isReference ? 'Reference' : 'Field';
    entries.push({ kind: 'graphql', method, isField: true, names: [nameOf(handler, name)] });
  }
  if (isGateway(type) && read(IS_MESSAGE) === true) {
    entries.push({
      kind: 'ws',
      method: 'MESSAGE',
      isField: false,
      names: patternsIn(read(MESSAGE)),
    });
  }
  const pattern = read(PATTERN);
  if (pattern !== undefined) {
    const method = read(HANDLER_TYPE) === EVENT ? 'EVENT' : 'MESSAGE';
    entries.push({ kind: 'rpc', method, isField: false, names: patternsIn(pattern) });
  }
  return entries;
}

/** A schema may call a field otherwise than its method. */
function nameOf(handler: Handler, name: string): string {
  const written: unknown = Reflect.getMetadata('graphql:resolver_name', handler);
  return typeof written === 'string' ? written : name;
}

function patternsIn(pattern: unknown): readonly string[] {
  return [pattern].flat().map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
}
