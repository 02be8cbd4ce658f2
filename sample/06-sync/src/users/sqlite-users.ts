import { UserStore, type StoredUser } from './user-store.js';

/** As much of `node:sqlite` as is used here; its types come with those of Node 22. */
interface Database {
  exec(sql: string): void;
  prepare(sql: string): {
    run(...values: (string | number | null)[]): unknown;
    get(...values: (string | number | null)[]): unknown;
  };
}

type Sqlite = { readonly DatabaseSync: new (path: string) => Database } | undefined;

export function openSqlite(path: string): Database | undefined {
  const sqlite = process.getBuiltinModule('node:sqlite') as Sqlite;
  return sqlite && new sqlite.DatabaseSync(path);
}

const TABLE = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    name TEXT,
    email TEXT,
    updated_at INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0
  )`;

// The database compares: two processes may be at it at once.
const SAVE = `
  INSERT INTO users (id, name, email, updated_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE
    SET name = excluded.name, email = excluded.email, updated_at = excluded.updated_at
    WHERE users.updated_at < excluded.updated_at AND users.deleted = 0`;

const BURY = `
  INSERT INTO users (id, deleted) VALUES (?, 1)
  ON CONFLICT (id) DO UPDATE SET name = NULL, email = NULL, deleted = 1`;

const FIND = `
  SELECT id, name, email, updated_at AS updatedAt FROM users WHERE id = ? AND deleted = 0`;

export class SqliteUsers extends UserStore {
  constructor(private readonly database: Database) {
    super();
    database.exec(TABLE);
  }

  save({ id, name, email, updatedAt }: StoredUser): void {
    this.database.prepare(SAVE).run(id, name, email, updatedAt);
  }

  bury(id: string): void {
    this.database.prepare(BURY).run(id);
  }

  find(id: string): StoredUser | undefined {
    return this.database.prepare(FIND).get(id) as StoredUser | undefined;
  }
}
