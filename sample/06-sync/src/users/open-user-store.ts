import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileUsers } from './file-users.js';
import { openSqlite, SqliteUsers } from './sqlite-users.js';
import type { UserStore } from './user-store.js';

/** SQLite where this Node has it (22.13 and later), else a file. */
export function openUserStore(): UserStore {
  const folder = process.env.USERS ?? tmpdir();
  const database = openSqlite(join(folder, 'users.sqlite'));
  return database === undefined
    ? new FileUsers(join(folder, 'users.json'))
    : new SqliteUsers(database);
}
