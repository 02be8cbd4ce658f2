import type { DeclaredRoute } from './declared-route.js';

/** `Controller.handler`, for messages. */
export function routeName({ controller, handler }: DeclaredRoute): string {
  return `${controller.name}.${handler}`;
}
