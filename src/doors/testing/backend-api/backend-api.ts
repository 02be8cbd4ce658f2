import type { Asked } from '../http/asked.js';
import { clerkError } from '../http/reply.js';
import type { Reply } from '../http/reply.js';
import { answerFrom } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { M2M_VERIFY, routesForMachine } from './machine-token-routes.js';

/** The Backend API: every question is remembered, then suffers what is wrong, then needs a secret key. */
export async function askBackendApi(
  asked: Asked,
  routes: readonly Route[],
  instance: Instance,
): Promise<Reply> {
  const { method, path, query, headers } = asked;
  const open = routesOpenTo(asked, routes, instance);
  const version = headers['clerk-api-version']?.toString();
  instance.calls.record({ method, path, query, authorized: open !== undefined, version });
  const fault = await instance.faults.replyTo(asked);
  if (fault !== undefined) return fault;
  return open === undefined ? keyInvalid() : answerFrom(open, asked);
}

/** All of them with the instance's secret key, a single one with that of a machine, else none. */
function routesOpenTo(
  { path, headers }: Asked,
  routes: readonly Route[],
  { directory, settings }: Instance,
): readonly Route[] | undefined {
  const key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (key === undefined) return undefined;
  if (key === settings.secretKey) return routes;
  const machine = path === M2M_VERIFY ? directory.machines.holding(key) : undefined;
  return machine === undefined ? undefined : routesForMachine(machine, directory);
}

function keyInvalid(): Reply {
  const message = 'The provided Clerk Secret Key is invalid';
  return clerkError(401, 'clerk_key_invalid', message);
}
