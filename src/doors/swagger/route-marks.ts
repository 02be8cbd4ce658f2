import type { Type } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { DeclaredRoute } from '../../audit/declared-route.js';
import { MetadataSnapshots } from './metadata-snapshots.js';
import type { Operation, SecurityRequirement } from './open-api.js';

/** No name of a scheme that anybody would choose. */
const CLASS_MARK = 'nestjs-clerk-auth:controller:';
const HANDLER_MARK = 'x-nestjs-clerk-auth-handler';

type Handler = (...args: never[]) => unknown;

/** What an operation bore. */
export type Marked =
  | { readonly kind: 'unmarked' }
  /** One of these handlers: several only where the mark of the class was lost. */
  | { readonly kind: 'marked'; readonly routes: readonly DeclaredRoute[] };

/**
 * Leads from an operation of a document back to its handler: swagger keeps no link, and paths cannot be compared (global
 * prefix and exclusions, `RouterModule`, versions, several paths). Swagger itself carries the marks from a class and a
 * method into each operation. Both are needed: an inherited handler is one function in two controllers with two rules.
 */
export class RouteMarks {
  private readonly snapshots = new MetadataSnapshots();
  private readonly controllers: readonly Type[];
  private readonly handlers: readonly Handler[];

  constructor(private readonly routes: readonly DeclaredRoute[]) {
    // Classes before those that they extend, or they would inherit the mark of another.
    const classes = [...new Set(routes.map(({ controller }) => controller))];
    this.controllers = classes.sort((one, other) => depthOf(other) - depthOf(one));
    this.handlers = [...new Set(routes.flatMap((route) => handlerOf(route) ?? []))];
  }

  put(): void {
    for (const [at, controller] of this.controllers.entries()) {
      this.snapshots.take(controller);
      ApiSecurity(`${CLASS_MARK}${String(at)}`)(controller);
    }
    for (const [at, handler] of this.handlers.entries()) {
      this.snapshots.take(handler);
      ApiExtension(HANDLER_MARK, String(at))({}, handler.name, { value: handler });
    }
  }

  /** Leaves every class and method as it was. */
  remove(): void {
    this.snapshots.restore();
  }

  /** Takes the marks out of an operation. */
  takeFrom(operation: Operation): Marked {
    const classes = (operation.security ?? []).flatMap((way) => this.classIn(way) ?? []);
    const mark = operation[HANDLER_MARK];
    removeMarks(operation);
    if (typeof mark !== 'string') return { kind: 'unmarked' };
    const handler = this.handlers[Number(mark)];
    const routes = this.routes.filter(
      (route) =>
        handlerOf(route) === handler &&
        (classes.length === 0 || classes.includes(route.controller)),
    );
    return { kind: 'marked', routes };
  }

  private classIn(way: SecurityRequirement): Type | undefined {
    const name = Object.keys(way).find((key) => key.startsWith(CLASS_MARK));
    return name === undefined ? undefined : this.controllers[Number(name.slice(CLASS_MARK.length))];
  }
}

function removeMarks(operation: Operation): void {
  Reflect.deleteProperty(operation, HANDLER_MARK);
  if (operation.security === undefined) return;
  const own = operation.security.filter(
    (way) => !Object.keys(way).some((key) => key.startsWith(CLASS_MARK)),
  );
  // An empty list written by the application has no mark to lose.
  if (own.length === 0 && operation.security.length > 0) delete operation.security;
  else operation.security = own;
}

function handlerOf({ controller, handler }: DeclaredRoute): Handler | undefined {
  return (controller.prototype as Readonly<Record<string, Handler>>)[handler];
}

function depthOf(type: unknown): number {
  return typeof type === 'function' ? 1 + depthOf(Object.getPrototypeOf(type)) : 0;
}
