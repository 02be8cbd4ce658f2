import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { UserStore, type StoredUser } from './user-store.js';

/** Users by id; `null` for those who are gone. */
type Rows = Readonly<Record<string, StoredUser | null>>;

/** A file in the place of a database, good enough for a sample: several may read it, one process writes it. */
export class FileUsers extends UserStore {
  constructor(private readonly path: string) {
    super();
  }

  save(user: StoredUser): void {
    const known = this.read()[user.id];
    if (known === null || (known !== undefined && known.updatedAt >= user.updatedAt)) return;
    this.write(user.id, user);
  }

  bury(id: string): void {
    this.write(id, null);
  }

  find(id: string): StoredUser | undefined {
    return this.read()[id] ?? undefined;
  }

  private read(): Rows {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Rows;
    } catch {
      return {};
    }
  }

  /** Whoever reads meanwhile finds the whole file of before. */
  private write(id: string, row: StoredUser | null): void {
    writeFileSync(`${this.path}.new`, JSON.stringify({ ...this.read(), [id]: row }));
    renameSync(`${this.path}.new`, this.path);
  }
}
