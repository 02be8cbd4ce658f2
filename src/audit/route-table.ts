import type { AuditedRoute } from './audited-route.js';
import type { Protection } from './protection.js';

/** In the order in which they are counted. */
const KINDS: readonly Protection['kind'][] = ['required', 'optional', 'public', 'unguarded'];

/** A line that counts the routes, and one for each of them in the order given. */
export function routeTable(routes: readonly AuditedRoute[]): string {
  const rows = routes.map(rowOf);
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
  return [headingOf(routes), ...lines].join('\n');
}

function headingOf(routes: readonly AuditedRoute[]): string {
  const counts = KINDS.map((kind) => {
    const ofKind = routes.filter(({ protection }) => protection.kind === kind);
    return `${ofKind.length} ${kind}`;
  });
  return `What protects each route: ${counts.join(', ')}`;
}

function rowOf({ method, paths, controller, handler, protection }: AuditedRoute): string[] {
  return [method, paths.join(', '), `${controller}.${handler}`, inWords(protection)];
}

/** What is open to everybody by omission stands out. */
function inWords(protection: Protection): string {
  switch (protection.kind) {
    case 'required':
      return ['required', ...protection.demands].join(', ');
    case 'unguarded':
      return 'UNGUARDED';
    case 'optional':
    case 'public':
      return protection.kind;
  }
}
