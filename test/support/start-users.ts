import type { INestApplication } from '@nestjs/common';
import { ClerkModule, UserService, type ClerkOptions } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { startApp } from './start-app.js';

/** An application that looks up users and does nothing else. */
export interface StartedUsers {
  readonly app: INestApplication;
  readonly users: UserService;
}

/** @param now milliseconds since the epoch */
export async function startUsers(
  clerk: LocalClerk,
  now: () => number,
  options: ClerkOptions = {},
): Promise<StartedUsers> {
  const said = { ...clerk.options(), jwtKey: clerk.jwtKey };
  const app = await startApp('express', {
    imports: [ClerkModule.forRoot({ ...said, ...options })],
    now,
  });
  return { app, users: app.get(UserService) };
}
