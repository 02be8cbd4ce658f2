import { CLERK_BUNDLES, specOf } from './bundles/clerk-bundles.js';
import type { PageSettings } from './page-settings.js';

/** Where is Clerk's front end, and is it there yet? */
export abstract class FrontEnd {
  abstract settings(): PageSettings;
}

/** Clerk's Frontend API serves its own library under `/npm/`, and so does LocalClerk. */
export const SCRIPTS: readonly string[] = CLERK_BUNDLES.map(
  (bundle) => `/npm/${specOf(bundle)}/${bundle.script}`,
);
