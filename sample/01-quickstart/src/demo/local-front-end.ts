import type { OnApplicationBootstrap } from '@nestjs/common';
import type { BundleCache } from './bundles/bundle-cache.js';
import { FrontEnd, SCRIPTS } from './front-end.js';
import type { PageSettings } from './page-settings.js';
import { PASSWORD, PEOPLE } from './people.js';

/** Where the page finds LocalClerk: on its own server, so that cookies need no second origin. */
export const LOCAL_CLERK_PATH = '/__clerk';

/** Of LocalClerk, which serves what the cache holds. */
export class LocalFrontEnd extends FrontEnd implements OnApplicationBootstrap {
  constructor(
    private readonly publishableKey: string,
    private readonly cache: BundleCache,
  ) {
    super();
  }

  /** The app does not wait for it: without a registry at hand everything but the sign-in form works. */
  onApplicationBootstrap(): void {
    void this.cache.fill();
  }

  settings(): PageSettings {
    return {
      kind: 'local-clerk',
      publishableKey: this.publishableKey,
      frontendApi: LOCAL_CLERK_PATH,
      scripts: SCRIPTS,
      bundles: this.cache.state,
      people: PEOPLE,
      password: PASSWORD,
    };
  }
}
