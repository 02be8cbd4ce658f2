/** The picture of whoever has uploaded none: a letter on a colour of their own. It needs no network, unlike Clerk's. */
export function portraitOf(name: string): string {
  const letter = /[\p{L}\p{N}]/u.exec(name.toUpperCase())?.[0] ?? '';
  const ground = `<rect width="40" height="40" fill="hsl(${hueOf(name)},45%,42%)"/>`;
  const text = `<text x="20" y="27" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">${letter}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">${ground}${text}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** In degrees. */
function hueOf(name: string): number {
  return Buffer.from(name).reduce((hue, byte) => (hue * 31 + byte) % 360, 0);
}
