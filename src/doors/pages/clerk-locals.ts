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

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its constructor returns what it is given
class Carrier {
  constructor(view: object) {
    return view;
  }
}

/** A private field on a plain object: a template engine that lists it sees what it is meant to see. */
class Behind extends Carrier {
  readonly #shown: Shown;

  constructor(view: object, shown: Shown) {
    super(view);
    this.#shown = shown;
  }

  static of(view: object): Shown {
    return (view as Behind).#shown;
  }
}

function getter(read: (shown: Shown) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get(this: object) {
      return read(Behind.of(this));
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
  new Behind(view, { request, locals, settings });
  return view as ClerkLocals;
}
