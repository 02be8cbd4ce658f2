import type { BundleState } from './bundles/bundle-cache.js';

/** What the page has to know before it can load Clerk's front end. It is sent as it is. */
export type PageSettings = LocalClerkSettings | ClerkSettings | { readonly kind: 'no-key' };

/** With LocalClerk: everything from this very server, and people whose password everybody may know. */
interface LocalClerkSettings extends FrontendApi {
  readonly kind: 'local-clerk';
  readonly bundles: BundleState;
  readonly people: readonly string[];
  readonly password: string;
}

/** With your Clerk instance. */
interface ClerkSettings extends FrontendApi {
  readonly kind: 'clerk';
}

interface FrontendApi {
  readonly publishableKey: string;
  /** A URL, or a path on this server. */
  readonly frontendApi: string;
  /** Paths there, in the order of loading. */
  readonly scripts: readonly string[];
}
