/** Whether a request's target leads to a path, whatever stands before it. Like routers: case and a last slash do not count. */
export function endsInPath(target: string, path: string): boolean {
  const [asked = ''] = target.split(/[?#]/, 1);
  return `/${decoded(asked)}`.replace(/\/+$/, '').toLowerCase().endsWith(`/${path.toLowerCase()}`);
}

/** What cannot be decoded leads nowhere. */
function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
