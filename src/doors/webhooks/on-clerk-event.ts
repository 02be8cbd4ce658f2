import { ConfigurationError } from '../../errors/configuration-error.js';
import type { ClerkEvent, ClerkEventPattern, NamesOf } from './clerk-event.js';
import type { Delivery } from './delivery.js';
import { isPattern } from './event-pattern.js';

// Registered, so that two copies of this package in one process (ESM and CommonJS) mean the same handlers.
const PATTERNS: unique symbol = Symbol.for('nestjs-clerk-auth:clerk-event-patterns');

/** Names that Clerk's own types do not list: a parameter of such a type is no mistake. */
export type UnlistedName = 'session.pending';

/** What a pattern demands of a parameter: every listed name of a wildcard, and a name that was written as it is. */
export type DemandedNames<Pattern extends string> = Pattern extends `${string}*`
  ? Exclude<NamesOf<Pattern>, UnlistedName>
  : Pattern;

/** `unknown` where a method can be a handler, else what is wrong with it. */
export type FittingHandler<Method, Pattern extends string> = Method extends (
  ...parameters: infer Given
) => unknown
  ? Given extends readonly []
    ? unknown
    : FittingEvent<Given[0], Pattern> & FittingDelivery<Given>
  : never;

/** `unknown` where a first parameter takes the events, else what is wrong with it. */
export type FittingEvent<Parameter, Pattern extends string> = 0 extends 1 & Parameter
  ? unknown
  : [Parameter] extends [{ readonly type: infer Type }]
    ? [Exclude<DemandedNames<Pattern>, Type>] extends [never]
      ? unknown
      : { readonly 'its parameter does not take': Exclude<DemandedNames<Pattern>, Type> }
    : [ClerkEvent<Pattern>] extends [Parameter]
      ? unknown
      : { readonly 'its first parameter must be': ClerkEvent<Pattern> };

/** `unknown` where a second parameter takes the delivery, else what is wrong with it. */
export type FittingDelivery<Given extends readonly unknown[]> =
  Required<Given> extends readonly [unknown, infer Second, ...unknown[]]
    ? [Delivery] extends [Second]
      ? [Given[0], Delivery] extends Given
        ? unknown
        : { readonly 'it is given two parameters': [event: Given[0], delivery: Delivery] }
      : { readonly 'its second parameter must be': Delivery }
    : unknown;

/** Decorates a method whose parameter takes the events. */
export type EventHandlerDecorator<Pattern extends string> = <
  Method extends (...parameters: never[]) => unknown,
>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method> & FittingHandler<Method, Pattern>,
) => void;

/**
 * Runs a method for each event of these names: `'user.created'`, all of a kind (`'organization.*'`) or all (`'*'`). On
 * providers and controllers, several on one class as you like. It is given the event and a `Delivery`, and runs before
 * Clerk is answered; when it throws, it runs again with the next attempt, and no other handler does. It can run twice
 * for one event all the same: a crash forgets what had just been done.
 *
 * @example
 * ```ts
 * @OnClerkEvent('user.created', 'user.updated')
 * async save({ data }: ClerkEvent<'user.created' | 'user.updated'>, delivery: Delivery) { … }
 * ```
 * @throws ConfigurationError `configuration_invalid`, when the file loads, for a pattern that matches nothing and on what
 * is no method of an instance
 */
export function OnClerkEvent<
  const Patterns extends readonly [ClerkEventPattern, ...ClerkEventPattern[]],
>(...patterns: Patterns): EventHandlerDecorator<Patterns[number]> {
  const wrong = patterns.filter((pattern) => !isPattern(pattern));
  if (wrong.length > 0 || patterns.length < 1) {
    throw new ConfigurationError([
      `@OnClerkEvent(${wrong.map((one) => JSON.stringify(one)).join(', ')}) matches no event: write names such as ` +
        "'user.created', all of a kind as 'organization.*', or '*'.",
    ]);
  }
  return (target, name) => {
    if (typeof target === 'function' || typeof name === 'symbol') {
      throw new ConfigurationError([
        `@OnClerkEvent() on ${String(name)}: only methods of an instance that have a name can handle events.`,
      ]);
    }
    const before = patternsOn(target, name);
    Reflect.defineMetadata(PATTERNS, [...before, ...patterns], target, name);
  };
}

/**
 * The patterns written on a method of a prototype. They hang on its place and not on the function, which other
 * decorators may replace.
 */
export function patternsOn(prototype: object, name: string): readonly string[] {
  const written: unknown = Reflect.getOwnMetadata(PATTERNS, prototype, name);
  return Array.isArray(written) ? (written as string[]) : [];
}
