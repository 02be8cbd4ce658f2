/** Clerk keeps its own permissions (`org:sys_memberships:manage`) out of tokens. */
export function isSystemPermission(permission: string): boolean {
  return /^(?:org:)*sys_/.test(permission);
}
