import { clerkError, json } from '../http/reply.js';
import type { Answer } from '../http/reply.js';

/** What came of it; or 400 and the reason, for a wish that LocalClerk could not fulfill in a test either. */
export function answerWith(fulfill: () => unknown): Answer {
  try {
    return json(200, fulfill());
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

/** The developer asked for something that cannot be. */
export function wrong(message: string): Answer {
  return clerkError(400, 'request_body_invalid', message);
}
