import type { LocalClerk } from 'nestjs-clerk-auth/testing';

/** What a Backend API call came back with. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Asks with the instance's secret key: a GET, or a POST when there is a body. */
export async function askBackend(clerk: LocalClerk, path: string, body?: object): Promise<Told> {
  const response = await fetch(`${clerk.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${clerk.secretKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const told = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: told };
}

/** The code of Clerk's error body. */
export function codeOf({ body }: Pick<Told, 'body'>): unknown {
  return (body.errors as { code: string }[])[0]?.code;
}
