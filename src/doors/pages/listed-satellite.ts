/**
 * A URL of one of these origins, as browsers write it; `undefined` for any other text. Exact: whoever is sent there takes
 * along what knows their browser.
 */
export function listedSatellite(
  text: string | undefined,
  satellites: readonly string[],
): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { origin, href, username, password } = new URL(text);
  const isPlain = username === '' && password === '';
  return isPlain && satellites.includes(origin) ? href : undefined;
}
