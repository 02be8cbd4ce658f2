import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { BrowserContext, Request } from 'playwright-core';

/** What the browser asks the host that the publishable key names, LocalClerk answers. No such host is ever asked. */
export async function playFrontendApi(clerk: LocalClerk, context: BrowserContext): Promise<void> {
  await context.route(`${clerk.issuer}/**`, async (route) => {
    const answer = await passOn(route.request(), clerk);
    const body = Buffer.from(await answer.arrayBuffer());
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body,
    });
  });
}

async function passOn(request: Request, { issuer, url }: LocalClerk): Promise<Response> {
  const { origin = '', 'content-type': type = 'text/plain' } = await request.allHeaders();
  const method = request.method();
  const headers = { origin, 'content-type': type };
  const body = request.postData() ?? '';
  return fetch(request.url().replace(issuer, url), {
    method,
    ...(origin === '' ? {} : { headers }),
    ...(method === 'GET' ? {} : { body }),
  });
}
