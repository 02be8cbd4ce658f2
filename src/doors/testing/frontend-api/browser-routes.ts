import type { Route } from '../http/routing.js';
import { clientRoutes } from './client-routes.js';
import { profileRoutes } from './profile-routes.js';
import { sessionRoutes } from './session-routes.js';
import { signInRoutes } from './sign-in-routes.js';
import { signUpRoutes } from './sign-up-routes.js';
import { stepUpRoutes } from './step-up-routes.js';
import type { Visit } from './visit.js';

/** What the Frontend API answers to a browser that it knows. */
export function browserRoutes(visit: Visit): readonly Route[] {
  return [
    ...clientRoutes(visit),
    ...sessionRoutes(visit),
    ...stepUpRoutes(visit),
    ...signInRoutes(visit),
    ...signUpRoutes(visit),
    ...profileRoutes(visit),
  ];
}
