const REFERENCE = /(?<!\\)\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))/g;

/** What `expandVariables` of `ConfigModule` makes of a value: `$NAME` and `${NAME}` become the values of others. */
export function expandVariables(
  value: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return value
    .replaceAll(
      REFERENCE,
      (_, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) => {
        const known = environment[braced ?? bare ?? ''];
        return known === undefined || known === '' ? (otherwise ?? '') : known;
      },
    )
    .replaceAll('\\$', '$');
}
