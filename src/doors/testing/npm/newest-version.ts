/** The newest of the versions that a wish such as `6`, `6.40`, `6.40.0` or `latest` leaves; `undefined` when none. */
export function newestOf(versions: readonly string[], wish: string): string | undefined {
  const fitting = versions.filter((version) => fits(version, wish));
  return fitting.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

function fits(version: string, wish: string): boolean {
  return wish === 'latest' || version === wish || version.startsWith(`${wish}.`);
}
