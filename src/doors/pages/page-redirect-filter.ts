import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { PAGE_GATE } from '../../access/page-gate.js';
import { UnauthenticatedException } from '../../access/unauthenticated-exception.js';
import { answerWhole } from '../../transport/answer-whole.js';
import type { ClerkPageGate } from './clerk-page-gate.js';
import { PageRedirect } from './page-redirect.js';

/** Nest keeps what a filter catches under this key; its own constant stands at paths that differ. */
const CATCHES = '__filterCatchExceptions__';

/**
 * Answers with the redirect, through whichever adapter is in use, and without a body. A handler that says "sign in first"
 * is treated as the guard is: where that is no redirect, the filters of the application are asked as if this one were not
 * there. An interceptor could do the same, at a price for every page.
 */
@Catch(PageRedirect, UnauthenticatedException)
export class PageRedirectFilter implements ExceptionFilter<
  PageRedirect | UnauthenticatedException
> {
  @Inject(HttpAdapterHost) private readonly adapters!: HttpAdapterHost;
  @Inject(ApplicationConfig) private readonly application!: ApplicationConfig;
  @Inject(PAGE_GATE) private readonly gate!: ClerkPageGate;

  catch(exception: PageRedirect | UnauthenticatedException, host: ArgumentsHost): unknown {
    const redirect =
      exception instanceof PageRedirect ? exception : this.insteadOf(exception, host);
    if (redirect === undefined) return this.nextFor(exception)?.catch(exception, host);
    answerWhole(this.adapters.httpAdapter, host.switchToHttp().getResponse(), {
      status: redirect.getStatus(),
      fields: redirect.headers(),
      body: undefined,
    });
    return undefined;
  }

  private insteadOf(
    { code }: UnauthenticatedException,
    host: ArgumentsHost,
  ): PageRedirect | undefined {
    if (host.getType<string>() !== 'http') return undefined;
    return this.gate.insteadOf(code, host.switchToHttp().getRequest());
  }

  /** Nest asks global filters from the last to the first, and this one is the last. */
  private nextFor(exception: Error): ExceptionFilter | undefined {
    const others = this.application.getGlobalFilters().filter((filter) => filter !== this);
    return others.findLast((filter) => catches(filter, exception));
  }
}

/** A filter that names nothing catches everything. */
function catches(filter: object, exception: Error): boolean {
  const types = (Reflect.getMetadata(CATCHES, filter.constructor) ?? []) as readonly (new (
    ...args: never
  ) => unknown)[];
  return types.length === 0 || types.some((type) => exception instanceof type);
}
