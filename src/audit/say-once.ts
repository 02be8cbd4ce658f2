import { Logger } from '@nestjs/common';

/** What has been said about each application. */
const said = new WeakMap<object, Set<string>>();

/** Says a thing about an application at most once: two Clerk instances in it look at the same routes. */
export function sayOnce(application: object, level: 'log' | 'warn', text: string): void {
  const before = said.get(application) ?? new Set();
  if (before.has(text)) return;
  said.set(application, before.add(text));
  new Logger('ClerkModule')[level](text);
}
