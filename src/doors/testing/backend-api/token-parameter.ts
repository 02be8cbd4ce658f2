import { clerkError } from '../http/reply.js';
import type { Answer } from '../http/reply.js';

/** Whether a field of a body can be a token at all. */
export function isToken(field: unknown): field is string {
  return typeof field === 'string' && field !== '';
}

/** What Clerk has to say when it is not. */
export function parameterMissing(name: string): Answer {
  return clerkError(400, 'form_param_missing', `${name} must be included`);
}
