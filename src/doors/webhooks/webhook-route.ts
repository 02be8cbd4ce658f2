import type { ClerkWebhooksRoute } from './webhooks-options.js';
import { DEFAULTS } from './webhooks-settings.js';

/** A route as it was declared; nothing of it is checked. */
export interface DeclaredWebhookRoute {
  readonly path: string;
  readonly bodyLimit: number;
  readonly decorators: readonly ClassDecorator[];
  /** Tells it from every other one. */
  readonly mark: object;
}

export function declareWebhookRoute({
  path = DEFAULTS.path,
  bodyLimit = DEFAULTS.bodyLimit,
  decorators = [],
}: ClerkWebhooksRoute): DeclaredWebhookRoute {
  return { path: withoutSlashes(path), bodyLimit, decorators, mark: {} };
}

/** What is no text is told at boot, and must not break before that. */
function withoutSlashes(path: unknown): string {
  return typeof path === 'string' ? path.replace(/^\/+|\/+$/g, '') : '';
}

/** What is none is told at boot, with everything else that is wrong. */
export function areDecorators(decorators: unknown): decorators is readonly ClassDecorator[] {
  return Array.isArray(decorators) && decorators.every((one) => typeof one === 'function');
}
