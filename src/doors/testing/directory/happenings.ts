import type { SessionEvent, SessionRecord } from './sessions.js';
import type { UserEvent, UserRecord } from './users.js';

/** Something that Clerk tells the world about. */
export type Happening =
  | { readonly type: UserEvent; readonly user: UserRecord }
  | { readonly type: SessionEvent; readonly session: SessionRecord };

type Listener = (happening: Happening) => void;

/** What has just happened in the directory, for whoever wants to know? */
export class Happenings {
  readonly #listeners = new Set<Listener>();

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  tell(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening);
  }
}
