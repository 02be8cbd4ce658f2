// Registered symbols, so that two copies of this package in one process (ESM and CommonJS) mean the same providers.

/** Provides the options as written. */
export const WEBHOOKS_OPTIONS: unique symbol = Symbol.for('nestjs-clerk-auth:webhooks-options');

/** Provides the `DeclaredWebhookRoute`. */
export const WEBHOOK_ROUTE: unique symbol = Symbol.for('nestjs-clerk-auth:webhook-route');

/** Provides the `WebhooksSettings`. */
export const WEBHOOKS_SETTINGS: unique symbol = Symbol.for('nestjs-clerk-auth:webhooks-settings');

/** Provides the `Deliveries`. */
export const DELIVERIES: unique symbol = Symbol.for('nestjs-clerk-auth:webhook-deliveries');

/** Provides nothing of use: once it is made, the bytes of the route are kept. */
export const RAW_BYTES_KEPT: unique symbol = Symbol.for('nestjs-clerk-auth:webhook-bytes-kept');
