import type { PagesSettings } from './pages-settings.js';

/** What Clerk's scripts are told. */
export type ScriptSettings = Pick<
  PagesSettings,
  | 'publishableKey'
  | 'frontendApi'
  | 'proxyUrl'
  | 'domain'
  | 'isSatellite'
  | 'satelliteAutoSync'
  | 'signInUrl'
  | 'signUpUrl'
  | 'telemetry'
>;

/** Clerk's two script tags as its documentation has them, and a third that loads it and says when it is there. */
export function clerkScripts(settings: ScriptSettings, nonce: string | undefined): string {
  const { publishableKey, frontendApi } = settings;
  if (publishableKey === undefined || frontendApi === undefined) return '';
  const given = attribute('nonce', nonce);
  const place = [
    attribute('data-clerk-publishable-key', publishableKey),
    attribute('data-clerk-proxy-url', settings.proxyUrl),
    attribute('data-clerk-domain', settings.isSatellite ? settings.domain : undefined),
  ].join('');
  const tag = (path: string, more: string): string =>
    `<script${given}${attribute('src', `${frontendApi}/npm/${path}`)}${more} defer crossorigin="anonymous"></script>`;
  return [
    tag('@clerk/ui@1/dist/ui.browser.js', ''),
    tag('@clerk/clerk-js@6/dist/clerk.browser.js', place),
    `<script${given}>${loader(settings)}</script>`,
  ].join('\n');
}

/** Deferred scripts have run when the document is there. Where they are not, as offline, nothing is loaded. */
function loader(settings: ScriptSettings): string {
  const options = `Object.assign(${inScript(loadOptions(settings))},{ui:{ClerkUI:window.__internal_ClerkUICtor}})`;
  return (
    "addEventListener('DOMContentLoaded',function(){" +
    'if(!window.Clerk)return;' +
    `Clerk.load(${options}).then(function(){dispatchEvent(new Event('clerk:ready'))})` +
    '})'
  );
}

function loadOptions({
  signInUrl,
  signUpUrl,
  isSatellite,
  satelliteAutoSync,
  telemetry,
}: ScriptSettings): object {
  const satellite = isSatellite ? { isSatellite, satelliteAutoSync } : {};
  return { signInUrl, signUpUrl, ...satellite, ...(telemetry ? {} : { telemetry }) };
}

/** JSON that cannot end the script it stands in. */
function inScript(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function attribute(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  const escaped = value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return ` ${name}="${escaped}"`;
}
