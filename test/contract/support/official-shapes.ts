import { join } from 'node:path';
import { complaintsAbout, type Complaint } from './compile.js';
import { repository } from './repository.js';

/** Something that LocalClerk answered, and what Clerk's own TypeScript calls it. */
export interface Answered {
  /** For people, such as `GET /v1/client`. */
  readonly to: string;
  /** Which half of Clerk it is: the types differ. */
  readonly half: Half;
  /** A type, such as `Clerk.ClientJSON`. */
  readonly type: string;
  readonly answer: unknown;
}

type Half = 'frontend' | 'backend';

/** Where each half's types come from. */
const PACKAGES: Record<Half, string> = {
  frontend: '@clerk/shared/types',
  backend: '@clerk/backend',
};

/**
 * Where Clerk's types differ from what Clerk sends, and LocalClerk goes by what is sent. Each line names one difference;
 * everything else must fit to the letter, with no member missing and none invented.
 */
const DIFFERENCES: Record<Half, string> = {
  frontend: `
    type AsSent<T> = T extends { object: 'token' }
      ? Omit<T, 'id'> // tokens have no id of their own
      : T extends object
        ? { [K in keyof T]: MemberAsSent<K, T[K]> }
        : T;

    type MemberAsSent<K, M> = K extends 'user_settings' | 'organization_settings'
      ? AsSent<Omit<M, 'id' | 'object'>> // the types say never of both: there are none
      : K extends 'social'
        ? Partial<M> // only the providers that are switched on are listed
        : K extends 'user_data'
          ? { [N in keyof M]: M[N] | null } // null where the type leaves out
          : K extends 'verification'
            ? { [N in keyof M]?: M[N] | null } | null // of an address: what it has no word about is left out or null
            : K extends 'last_active_token'
            ? AsSent<M> | null // a session that is over has none
            : AsSent<M>;
  `,
  backend: `
    type AsSent<T> = T extends { object: 'email_address' }
      ? Members<T> & { reserved: boolean; created_at: number; updated_at: number } // demanded by the API description
      : T extends { object: 'session'; user: unknown }
        ? AsSent<Omit<T, 'user'>> & { user: AsSent<T['user']> } // in a webhook
      : T extends { object: 'session' }
        ? OrNull<T> & { tasks: string[] | null } // null where the type leaves out; tasks as the API description has them
        : T extends object
          ? Members<T>
          : T;

    type Members<T> = { [K in keyof T]: K extends 'verification' ? Verification<T[K]> : AsSent<T[K]> };

    // The tag of the API description, and no id.
    type Verification<T> = (Omit<NonNullable<T>, 'id' | 'object'> & { object: 'verification_admin' }) | null;

    type OrNull<T> = { [K in keyof T]: T[K] | (undefined extends T[K] ? null : never) };
  `,
};

/** Within the official package: what it depends on is found from there, wherever npm has put it. */
const FOLDER = join(repository, 'node_modules', '@clerk', 'backend', 'answers');

/** What the compiler has against the answers; the path of a complaint is what the answer was to. */
export function complaintsAboutAnswers(answers: readonly Answered[]): Complaint[] {
  const named = new Map(answers.map((answered, at) => [join(FOLDER, `${at}.mts`), answered]));
  const sources = [...named].map(([path, answered]) => [path, sourceOf(answered)] as const);
  return complaintsAbout(new Map(sources)).map((complaint) => ({
    ...complaint,
    path: named.get(complaint.path)?.to ?? complaint.path,
  }));
}

function sourceOf({ half, type, answer }: Answered): string {
  return [
    `import type * as Clerk from '${PACKAGES[half]}';`,
    DIFFERENCES[half],
    `export const answer: AsSent<${type}> = ${JSON.stringify(answer, null, 2)};`,
  ].join('\n');
}
