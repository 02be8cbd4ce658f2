import { FrontEnd, SCRIPTS } from './front-end.js';
import type { PageSettings } from './page-settings.js';

/** Of a Clerk instance: its publishable key names the host. */
export class ClerkFrontEnd extends FrontEnd {
  constructor(private readonly publishableKey: string | undefined) {
    super();
  }

  settings(): PageSettings {
    const { publishableKey } = this;
    if (publishableKey === undefined) return { kind: 'no-key' };
    return {
      kind: 'clerk',
      publishableKey,
      frontendApi: `https://${hostIn(publishableKey)}`,
      scripts: SCRIPTS,
    };
  }
}

/** `pk_test_` or `pk_live_`, then the host and a `$` in base64. The module has checked the form when it was built. */
function hostIn(publishableKey: string): string {
  const [, , encoded = ''] = publishableKey.split('_');
  return Buffer.from(encoded, 'base64').toString().replace('$', '');
}
