import type { PublishableKey } from '../../config/publishable-key.js';

/** A page of Clerk's Account Portal, which stands beside the Frontend API: `accounts.` for `clerk.`. */
export function portalUrl({ frontendApi }: PublishableKey, path: string): string {
  return `https://${frontendApi.replace(/clerk\.accounts\.|clerk\./, 'accounts.')}${path}`;
}
