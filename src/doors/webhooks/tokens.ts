// Registered symbols, so that two copies of this package in one process (ESM and CommonJS) mean the same providers.
// Nest prints the name of what it cannot resolve, so the one that a bare ClerkWebhooksModule lacks says what to do.

/** Provides the options as written. */
export const WEBHOOKS_OPTIONS: unique symbol = Symbol.for('nestjs-clerk-auth:webhooks-options');

/** Provides the `DeclaredWebhookRoute`. */
export const WEBHOOK_ROUTE: unique symbol = Symbol.for(
  'nestjs-clerk-auth:webhook-route (write ClerkWebhooksModule.forRoot() in the imports, and not the class alone)',
);

/** Provides the `WebhooksSettings`. */
export const WEBHOOKS_SETTINGS: unique symbol = Symbol.for('nestjs-clerk-auth:webhooks-settings');

/** Provides the `Deliveries`. */
export const DELIVERIES: unique symbol = Symbol.for('nestjs-clerk-auth:webhook-deliveries');

/** Provides nothing of use: once it is made, the bytes of the route are kept. */
export const RAW_BYTES_KEPT: unique symbol = Symbol.for('nestjs-clerk-auth:webhook-bytes-kept');
