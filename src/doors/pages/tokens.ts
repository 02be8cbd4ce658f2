// Registered symbols, so that two copies of this package in one process (ESM and CommonJS) mean the same providers.

/** Provides the options as written. */
export const PAGES_OPTIONS: unique symbol = Symbol.for('nestjs-clerk-auth:pages-options');

/** Provides the settings as read. */
export const PAGES_SETTINGS: unique symbol = Symbol.for('nestjs-clerk-auth:pages-settings');

/** Provides nothing: views have `clerk` once it is made. */
export const PAGES_LOCALS: unique symbol = Symbol.for('nestjs-clerk-auth:pages-locals');
