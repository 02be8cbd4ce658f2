import type { PageSettings } from './page-settings.js';

/** What the page may load, and from where. */
export function contentSecurityPolicy(settings: PageSettings): string {
  const { scripts, connections, images, frames } =
    settings.kind === 'clerk' ? sourcesOfClerk(settings.frontendApi) : NOTHING_ELSE;
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(' '),
    // Clerk's styles are made at run time, and its timers are workers made of blobs.
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self' blob:",
    ["connect-src 'self'", ...connections].join(' '),
    ["img-src 'self' data:", ...images].join(' '),
    ["frame-src 'self'", ...frames].join(' '),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Beside the page's own server. */
interface Sources {
  readonly scripts: readonly string[];
  readonly connections: readonly string[];
  readonly images: readonly string[];
  readonly frames: readonly string[];
}

/** With LocalClerk nothing leaves this machine. */
const NOTHING_ELSE: Sources = { scripts: [], connections: [], images: [], frames: [] };

const CAPTCHA = 'https://challenges.cloudflare.com';
const PROTECT = 'https://*.protect.clerk.com';

/** As Clerk asks for: https://clerk.com/docs/guides/secure/best-practices/csp-headers */
function sourcesOfClerk(frontendApi: string): Sources {
  return {
    scripts: [frontendApi, CAPTCHA, PROTECT],
    connections: [frontendApi, `${PROTECT}:*`],
    images: ['https://img.clerk.com'],
    frames: [CAPTCHA, PROTECT],
  };
}
