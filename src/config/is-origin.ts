import { parseHttpUrl } from './read-api-url.js';

/** Whether a text is an origin as `azp` writes it: scheme, host and port, and no path, not even `/`. */
export function isOrigin(text: string): boolean {
  // Origins of browser extensions have schemes of their own, which URL.origin does not know.
  return (
    parseHttpUrl(text)?.origin === text || /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/.test(text)
  );
}
