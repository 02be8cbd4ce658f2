import { HttpException, HttpStatus } from '@nestjs/common';
import { withoutStack } from '../../access/without-stack.js';
import { addCookies } from '../../transport/response-cookies.js';
import { proposeHeaders } from '../../transport/proposed-headers.js';

/**
 * The browser is sent elsewhere. Thrown by the guard; an exception of Nest's own kind, so that a filter of the application
 * which answers with `getStatus()` answers with a redirect as well.
 */
export class PageRedirect extends HttpException {
  constructor(readonly location: string) {
    super('Redirecting', HttpStatus.TEMPORARY_REDIRECT);
  }

  headers(): Readonly<Record<string, string>> {
    // A browser that kept the redirect would go on following it: Chrome does, for tabs that it wakes.
    return { Location: this.location, 'Cache-Control': 'no-store' };
  }
}

/** A redirect whose header fields are on the response before anybody answers. */
export function redirectTo(
  location: string,
  response: unknown,
  cookies: readonly string[],
): PageRedirect {
  const redirect = withoutStack(() => new PageRedirect(location));
  proposeHeaders(response, redirect.headers(), isRedirect);
  addCookies(response, cookies);
  return redirect;
}

function isRedirect(status: number): boolean {
  return Math.floor(status / 100) === 3;
}
