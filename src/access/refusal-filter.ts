import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Refusal } from './refusal.js';
import { Refusals } from './refuse.js';
import { REFUSALS } from './tokens.js';

/**
 * Answers refusals over HTTP, through whichever adapter is in use. Registered globally by the module, and asked
 * last, so that the application's own filters can answer differently.
 */
@Catch(Refusal)
export class RefusalFilter implements ExceptionFilter<Refusal> {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(REFUSALS) private readonly refusals: Refusals,
  ) {}

  catch(refusal: Refusal, host: ArgumentsHost): void {
    if (host.getType<string>() !== 'http') throw refusal;
    const { httpAdapter } = this.host;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    for (const [name, value] of Object.entries(refusal.headers())) {
      httpAdapter.setHeader(response, name, value);
    }
    const body =
      (refusal.errorBody ?? this.refusals.errorBody) === 'none' ? undefined : problemOf(refusal);
    if (body !== undefined)
      httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    httpAdapter.reply(response, body, refusal.getStatus());
  }
}

/** Problem Details (RFC 9457): `type` is left out, so `title` is the status phrase; `code` is ours and stable. */
function problemOf(refusal: Refusal): string {
  const { title, message: detail, code } = refusal;
  return JSON.stringify({
    title,
    status: refusal.getStatus(),
    detail,
    code,
    ...refusal.details(),
  });
}
