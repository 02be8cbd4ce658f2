import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { Authentication } from '../session/authentication.js';
import { Authenticator } from '../session/authenticator.js';
import { markObserved } from '../session/request-slot.js';
import { readHttpRequest, type HttpRequest } from '../transport/http-request.js';
import { AUTHENTICATOR } from './tokens.js';

/**
 * Looks at the session before guards run, for other middleware, loggers and rate limiters that want to know who is
 * calling: `sessionOf(request)` tells them. Refuses nobody: that is the guard's part, which verifies nothing twice.
 *
 * @example
 * ```ts
 * consumer.apply(ClerkSessionMiddleware).forRoutes('{*path}');
 * app.use(app.get(ClerkSessionMiddleware).use);
 * ```
 */
@Injectable()
export class ClerkSessionMiddleware implements NestMiddleware<HttpRequest, unknown> {
  // A property and not a parameter: what a constructor takes is public.
  @Inject(AUTHENTICATOR) private readonly authenticator!: Authenticator;

  constructor() {
    // `app.use(middleware.use)` takes the function without its object.
    this.use = this.use.bind(this);
  }

  /** Looks at the request, notes on it who is calling, and goes on. */
  use(request: HttpRequest, _response: unknown, next: (error?: unknown) => void): void {
    const incoming = readHttpRequest(request);
    const authentication = this.authenticator.authenticate(incoming);
    const goOn = (known: Authentication): void => {
      markObserved(incoming.carrier, this.authenticator, known);
      next();
    };
    if (authentication instanceof Promise) authentication.then(goOn, next);
    else goOn(authentication);
  }
}
