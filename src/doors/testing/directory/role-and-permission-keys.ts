/** Letters, digits, `_` and `-`: a comma or a colon in a name would be another name in a token. */
const ROLE = /^(?:org:)?([\w-]+(?::[\w-]+)*)$/;
const PERMISSION = /^(?:org:)?((?!org:)[\w-]+:[\w-]+)$/;

/**
 * A role with its `org:`.
 * @throws Error for what no role could be called
 */
export function roleKey(role: string): string {
  const name = ROLE.exec(role)?.[1];
  if (name !== undefined) return `org:${name}`;
  throw new Error(
    `A role is called org:<name>, such as org:admin. ${JSON.stringify(role)} is none.`,
  );
}

/**
 * A permission with its `org:`.
 * @throws Error for what no permission could be called
 */
export function permissionKey(permission: string): string {
  const name = PERMISSION.exec(permission)?.[1];
  if (name !== undefined) return `org:${name}`;
  throw new Error(
    `A permission is called org:<feature>:<name>, such as org:invoices:read. ${JSON.stringify(permission)} is none.`,
  );
}
