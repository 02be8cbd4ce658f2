import type { ApplicationConfig } from '@nestjs/core';
import { isAuthGuard } from '../access/auth-guard-mark.js';

/** Whether an `AuthGuard` stands before every route, by `APP_GUARD` or `useGlobalGuards()`. */
export function hasGlobalAuthGuard(application: ApplicationConfig): boolean {
  const perRequest = application.getGlobalRequestGuards().map(classOf);
  return [...application.getGlobalGuards(), ...perRequest].some(isAuthGuard);
}

type RequestGuard = ReturnType<ApplicationConfig['getGlobalRequestGuards']>[number];

/** Request-scoped guards have no instance yet; `useExisting` hides their class behind a function that fetches them. */
function classOf({ isAlias, inject, metatype }: RequestGuard): unknown {
  return isAlias ? inject?.[0] : metatype;
}
