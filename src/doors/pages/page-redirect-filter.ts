import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PageRedirect } from './page-redirect.js';

/** Answers with the redirect, through whichever adapter is in use, and without a body. */
@Catch(PageRedirect)
export class PageRedirectFilter implements ExceptionFilter<PageRedirect> {
  @Inject(HttpAdapterHost) private readonly adapters!: HttpAdapterHost;

  catch(redirect: PageRedirect, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapters;
    const response = host.switchToHttp().getResponse<unknown>();
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    for (const [name, value] of Object.entries(redirect.headers())) {
      httpAdapter.setHeader(response, name, value);
    }
    httpAdapter.reply(response, undefined, redirect.getStatus());
  }
}
