import type { BrowserContext, ConsoleMessage, Request, Response } from 'playwright-core';

/**
 * What must not happen in any browser, whatever the test is about. Grows as things happen.
 * @param home origins; whatever else is asked for is off this machine
 */
export function watch(context: BrowserContext, home: readonly string[]): readonly string[] {
  const complaints: string[] = [];
  const complain = (words: string | undefined): void => {
    if (words !== undefined) complaints.push(words);
  };
  context.on('weberror', (error) => {
    complain(`thrown: ${error.error().message}`);
  });
  context.on('console', (message) => {
    complain(errorIn(message));
  });
  context.on('request', (request) => {
    complain(departure(request, home));
  });
  context.on('response', (response) => {
    complain(fault(response));
  });
  return complaints;
}

/** Chromium and htmx report each refusal as an error, also those that are meant to be; they are looked at by themselves. */
function errorIn(message: ConsoleMessage): string | undefined {
  const text = message.text();
  const isRefusal = /^(?:Failed to load resource|Response Status Error Code 401 )/.test(text);
  if (message.type() !== 'error' || isRefusal) return undefined;
  return `on the console: ${text}`;
}

/** Clerk's timers are workers made of blobs: they come from the page itself. */
function departure(request: Request, home: readonly string[]): string | undefined {
  const target = request.url();
  const { protocol, origin } = new URL(target);
  return home.includes(origin) || protocol === 'data:' ? undefined : `off to ${target}`;
}

/** Refusals and outages are answers; these are mistakes. */
function fault(response: Response): string | undefined {
  const status = response.status();
  const isMistake = [400, 403, 404, 500, 502].includes(status);
  return isMistake ? `${String(status)} for ${response.url()}` : undefined;
}
