/** Whether a request's target leads to a path, whatever stands before it. As in Express, case and a last slash do not count. */
export function endsInPath(target: string, path: string): boolean {
  const [asked = ''] = target.split(/[?#]/, 1);
  return `/${asked}`.replace(/\/+$/, '').toLowerCase().endsWith(`/${path.toLowerCase()}`);
}
