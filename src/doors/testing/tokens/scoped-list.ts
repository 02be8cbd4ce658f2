/**
 * What the organization and the user have, as the claims `fea` and `pla` list it: `o:invoices,ou:reports,u:themes`. The
 * organization's come first and keep their order: the masks of its permissions go by it. `undefined` for nothing at all.
 */
export function scopedList(
  ofOrganization: readonly string[],
  ofUser: readonly string[] = [],
): string | undefined {
  const first = ofOrganization.map((slug) => (ofUser.includes(slug) ? `ou:${slug}` : `o:${slug}`));
  const rest = ofUser.filter((slug) => !ofOrganization.includes(slug)).map((slug) => `u:${slug}`);
  return [...first, ...rest].join(',') || undefined;
}
