import type { UserRecord } from '../directory/users.js';
import { activeSessionOf, clientFor, sessionsOf } from '../frontend-api/client-of.js';
import { sessionLines } from '../handshake/session-lines.js';
import type { Fields } from '../http/asked.js';
import type { Answer } from '../http/reply.js';
import { get, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { buttonsPage, nameField, problemPage } from './portal-page.js';
import type { PortalVisit } from './portal-visit.js';
import { sendBack, sendToSatellite, sendToTasks } from './send-back.js';

/** The pages of the portal: a GET shows one and changes nothing, a POST is a button. */
export function portalRoutes(visit: PortalVisit): readonly Route[] {
  const syncing = isSatelliteSyncing(visit);
  return [
    get('/sign-in', () => (syncing ? sendToSatellite(visit) : offerSignIn(visit))),
    post('/sign-in', (fields) => signIn(fields, visit)),
    get('/sign-in/tasks', () => offerTasks(visit)),
    post('/sign-in/tasks', () => finishTasks(visit)),
    get('/sign-up', () => offerSignUp(visit)),
    post('/sign-up', (fields) => signUp(fields, visit)),
    get('/sign-out', () => offerSignOut(visit)),
    post('/sign-out', () => signOut(visit)),
  ];
}

/** In development a satellite cannot see the browser's id, and has the primary's sign-in page send it over. */
function isSatelliteSyncing({ query, instance }: PortalVisit): boolean {
  return query.has('__clerk_redirect_url') && instance.settings.instanceType === 'development';
}

function offerSignIn(visit: PortalVisit): Answer {
  if (activeSessionOf(visit) !== undefined) return goOn(visit);
  const { users } = visit.instance.directory;
  const buttons = users.all.map(({ name }) => ({ name: 'user', value: name, label: name }));
  return buttonsPage('Sign in', visit, { buttons, link: ['sign-up', 'Somebody new'] });
}

function signIn({ user: name }: Fields, visit: PortalVisit): Answer {
  if (typeof name !== 'string' || name === '') return problemPage(400, '`user` must be a name.');
  return enter(visit.instance.directory.users.named(name), visit);
}

function offerSignUp(visit: PortalVisit): Answer {
  if (activeSessionOf(visit) !== undefined) return goOn(visit);
  const buttons = [{ label: 'Sign up' }];
  const link = ['sign-in', 'Somebody known'] as const;
  return buttonsPage('Sign up', visit, { field: nameField(), buttons, link });
}

function signUp({ user: name }: Fields, visit: PortalVisit): Answer {
  if (typeof name !== 'string' || name === '') return problemPage(400, '`user` must be a name.');
  const { users } = visit.instance.directory;
  if (users.bearing(name) !== undefined) return problemPage(422, 'That name is taken.');
  return enter(users.create(name), visit);
}

/** Nobody signs in twice in one browser: then the session of before is the active one. */
function enter({ id, name, banned }: UserRecord, visit: PortalVisit): Answer {
  if (banned) return problemPage(403, 'This user is banned.');
  const { directory } = visit.instance;
  const there = sessionsOf(visit).find(({ userId }) => userId === id);
  if (there === undefined) directory.signIn(name, clientFor(visit).id);
  else directory.activate(there.id);
  return goOn(visit);
}

function goOn(visit: PortalVisit): Answer {
  return activeSessionOf(visit)?.status === 'pending' ? sendToTasks(visit) : sendBack(visit);
}

/** What is still to do before a session counts, such as to choose an organization. Here a button does it. */
function offerTasks(visit: PortalVisit): Answer {
  if (activeSessionOf(visit)?.status !== 'pending') return sendBack(visit);
  return buttonsPage('One more thing to do', visit, { buttons: [{ label: 'Done' }] });
}

/** The page's token says that the session is pending, and may be of this very second: it has to go. */
function finishTasks(visit: PortalVisit): Answer {
  const session = activeSessionOf(visit);
  const { directory } = visit.instance;
  if (session?.status !== 'pending') return sendBack(visit);
  directory.sessions.change(session.id, { status: 'active' });
  directory.activate(session.id);
  return sendBack(visit, sessionLines(undefined, visit.origin ?? '', visit.instance));
}

function offerSignOut(visit: PortalVisit): Answer {
  if (activeSessionOf(visit) === undefined) return sendBack(visit);
  return buttonsPage('Sign out', visit, { buttons: [{ label: 'Sign out' }] });
}

/** Everybody in this browser. */
function signOut(visit: PortalVisit): Answer {
  for (const { id } of sessionsOf(visit)) visit.instance.directory.end(id, 'removed');
  return sendBack(visit);
}
