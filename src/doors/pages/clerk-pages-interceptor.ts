import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { readRoute } from '../../access/guarded-route.js';
import { PAGE_GATE } from '../../access/page-gate.js';
import { UnauthenticatedException } from '../../access/unauthenticated-exception.js';
import { incomingRequestOf } from '../../transport/incoming-request-of.js';
import type { ClerkPageGate } from './clerk-page-gate.js';
import { putLocals } from './clerk-locals.js';
import type { PagesSettings } from './pages-settings.js';
import { PAGES_SETTINGS } from './tokens.js';

/** Gives every view what it needs of Clerk, and treats a handler that says "sign in first" as the guard is treated. */
@Injectable()
export class ClerkPagesInterceptor implements NestInterceptor {
  @Inject(PAGES_SETTINGS) private readonly settings!: PagesSettings;
  @Inject(PAGE_GATE) private readonly gate!: ClerkPageGate;

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'http') return next.handle();
    const http = context.switchToHttp();
    putLocals(http.getRequest<object>(), http.getResponse<object>(), this.settings);
    return next
      .handle()
      .pipe(catchError((reason: unknown) => throwError(() => this.insteadOf(reason, context))));
  }

  private insteadOf(reason: unknown, context: ExecutionContext): unknown {
    if (!(reason instanceof UnauthenticatedException)) return reason;
    const route = readRoute(context);
    if (route.rule.kind === 'public') return reason;
    const visit = { context, request: incomingRequestOf(context), route };
    return this.gate.insteadOf(reason.code, visit) ?? reason;
  }
}
