import type { INestApplication, Provider, Type } from '@nestjs/common';
import {
  ClerkWebhooksModule,
  type ClerkWebhooksOptions,
  type ClerkWebhooksRoute,
} from 'nestjs-clerk-auth/webhooks';
import { SECRET } from './signed-delivery.js';
import { startApp, type Adapter, type AppParts } from './start-app.js';

export interface WebhookAppParts extends Omit<AppParts, 'imports'> {
  readonly imports?: AppParts['imports'];
  readonly webhooks?: ClerkWebhooksOptions & ClerkWebhooksRoute;
  readonly providers?: readonly Provider[];
  readonly controllers?: readonly Type[];
}

/** An application with the endpoint, and nothing else unless it is named. */
export async function startWebhooks(
  adapter: Adapter,
  { webhooks, imports = [], ...parts }: WebhookAppParts = {},
): Promise<INestApplication> {
  const endpoint = ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke: false, ...webhooks });
  return startApp(adapter, { ...parts, imports: [endpoint, ...imports] });
}
