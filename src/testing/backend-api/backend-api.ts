import type { Asked } from '../http/asked.js';
import { clerkError } from '../http/reply.js';
import type { Reply } from '../http/reply.js';
import { answerFrom } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';

/** The Backend API: every question is remembered, then suffers what is wrong, then needs the secret key. */
export async function askBackendApi(
  asked: Asked,
  routes: readonly Route[],
  { calls, faults, settings }: Instance,
): Promise<Reply> {
  const { method, path, query, headers } = asked;
  const authorized = headers.authorization === `Bearer ${settings.secretKey}`;
  const version = headers['clerk-api-version']?.toString();
  calls.record({ method, path, query, authorized, version });
  const fault = await faults.replyTo(asked);
  if (fault !== undefined) return fault;
  return authorized ? answerFrom(routes, asked) : keyInvalid();
}

function keyInvalid(): Reply {
  const message = 'The provided Clerk Secret Key is invalid';
  return clerkError(401, 'clerk_key_invalid', message);
}
