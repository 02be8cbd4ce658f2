import type { Environment } from '../config/clerk-environment.js';
import type { ClerkSettings } from '../config/clerk-settings.js';
import { isLoopback } from '../config/read-api-url.js';

/** What most HTTP clients read; the secret key must not depend on it. */
const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** Calls do not go through the environment's proxy: whoever can reach Clerk in no other way is told what to do. */
export function proxyWarnings(
  { apiUrl, httpsAgent }: Pick<ClerkSettings, 'apiUrl' | 'httpsAgent'>,
  environment: Environment,
): readonly string[] {
  const variable = PROXY_VARIABLES.find((name) => (environment[name] ?? '').trim() !== '');
  const { protocol, hostname } = new URL(apiUrl);
  if (variable === undefined || httpsAgent !== undefined) return [];
  if (protocol !== 'https:' || isLoopback(hostname) || isExcepted(hostname, environment)) return [];
  return [
    `${variable} is set, but Clerk is asked directly: a proxy might see the secret key. If Clerk can only be reached ` +
      'through the proxy, give the option httpsAgent an agent that tunnels, such as new HttpsProxyAgent(url) of the ' +
      'package https-proxy-agent; if not, add the host of the Backend API to NO_PROXY.',
  ];
}

function isExcepted(hostname: string, environment: Environment): boolean {
  const exceptions = environment.NO_PROXY ?? environment.no_proxy ?? '';
  return exceptions.split(/[\s,]+/).some((exception) => {
    const suffix = exception
      .toLowerCase()
      .replace(/^\*?\.?/, '')
      .replace(/:\d+$/, '');
    if (suffix === '') return exception === '*';
    return hostname === suffix || hostname.endsWith(`.${suffix}`);
  });
}
