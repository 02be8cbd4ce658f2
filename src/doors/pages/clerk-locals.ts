import { sessionOf } from '../../access/session-of.js';
import type { Session } from '../../session/session.js';
import { clerkScripts, type ScriptSettings } from './clerk-scripts.js';

/** What every view finds under the name `clerk`, in `response.locals`. */
export interface ClerkLocals {
  /** Whom the guard let in; `null` for a guest, and on a route that is `@Public()`. */
  readonly session: Session | null;
  /** `user_…`; `null` where there is no session. */
  readonly userId: string | null;
  /** Of the module's settings: what a script of your own hands to Clerk. */
  readonly publishableKey: string | undefined;
  /** Where people sign in: a path or a URL. */
  readonly signInUrl: string | undefined;
  /** Where people make an account: a path or a URL. */
  readonly signUpUrl: string | undefined;
  /**
   * Clerk's scripts as HTML, to be put into the page unescaped. They keep the session token fresh, so that a form may be
   * sent after a pause; `clerk:ready` is fired at the window when they are loaded. With `locals.cspNonce` they bear it.
   */
  readonly scripts: string;
}

interface Locals {
  clerk?: ClerkLocals;
  readonly cspNonce?: unknown;
}

interface ResponseWithLocals {
  locals?: Locals | null;
}

/** Express merges `locals` into what a view gets, and so does `@fastify/view`. */
export function putLocals(request: object, response: object, settings: ScriptSettings): void {
  const shown = response as ResponseWithLocals;
  const locals: Locals = shown.locals ?? {};
  locals.clerk = localsOf(request, locals, settings);
  shown.locals = locals;
}

/** What the getters go by. */
interface Shown {
  readonly request: object;
  readonly locals: Locals;
  readonly settings: ScriptSettings;
}

/** Under a symbol, and not enumerable: a template engine that lists the object sees what it is meant to see. */
const SHOWN: unique symbol = Symbol('shown');

interface Behind {
  readonly [SHOWN]: Shown;
}

function getter(read: (shown: Shown) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get(this: Behind) {
      return read(this[SHOWN]);
    },
  };
}

/**
 * Getters of its own: template engines see no others, and nothing is made that no view asks for. The same ones for all:
 * where each object brings new ones, the engine makes a class for each, and clearing those away costs more than the rest.
 */
const GETTERS: Readonly<Record<keyof ClerkLocals, PropertyDescriptor>> = {
  session: getter(({ request }) => sessionOf(request)),
  userId: getter(({ request }) => sessionOf(request)?.userId ?? null),
  publishableKey: getter(({ settings }) => settings.publishableKey),
  signInUrl: getter(({ settings }) => settings.signInUrl),
  signUpUrl: getter(({ settings }) => settings.signUpUrl),
  scripts: getter(({ locals: { cspNonce }, settings }) =>
    clerkScripts(settings, typeof cspNonce === 'string' ? cspNonce : undefined),
  ),
};

function localsOf(request: object, locals: Locals, settings: ScriptSettings): ClerkLocals {
  const view = Object.defineProperties({}, GETTERS);
  const shown: Shown = { request, locals, settings };
  return Object.defineProperty(view, SHOWN, { value: shown }) as ClerkLocals;
}
