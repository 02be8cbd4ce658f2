import type { SignInRecord } from '../directory/sign-ins.js';
import type { Fields } from '../http/asked.js';
import { notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, post } from '../http/routing.js';
import type { Route, RouteAnswer } from '../http/routing.js';
import { clientFor, clientOf, sessionsOf } from './client-of.js';
import { alreadySignedIn, formError, userBanned } from './complaints.js';
import { complaintAboutAttempt } from './password-attempt.js';
import { respond } from './respond.js';
import { signInResource } from './sign-in-resource.js';
import type { Visit } from './visit.js';

type Step = (signIn: SignInRecord, fields: Fields, visit: Visit) => Answer;

/** Signing in with e-mail address and password, in one step or in two. */
export function signInRoutes(visit: Visit): readonly Route[] {
  return [
    post('/v1/client/sign_ins', (fields) => begin(fields, visit)),
    get('/v1/client/sign_ins/:id', onSignIn(tell, visit)),
    post('/v1/client/sign_ins/:id/attempt_first_factor', onSignIn(attempt, visit)),
  ];
}

/** Goes no further with the attempt of another browser. */
function onSignIn(step: Step, visit: Visit): RouteAnswer {
  return (fields, id = '') => {
    const signIn = visit.instance.directory.signIns.find(id);
    const isOwn = signIn !== undefined && signIn.clientId === clientOf(visit)?.id;
    return isOwn ? step(signIn, fields, visit) : notFound('Sign in');
  };
}

function begin(fields: Fields, visit: Visit): Answer {
  const { identifier, strategy } = fields;
  if (typeof identifier !== 'string' || identifier === '') return identifierMissing();
  const { users, signIns } = visit.instance.directory;
  const user = users.withEmailAddress(identifier);
  if (user === undefined) return identifierUnknown();
  const there = sessionOf(user.id, visit);
  if (there !== undefined) return alreadySignedIn(there);
  const signIn = signIns.begin(clientFor(visit).id, user.id, identifier);
  return strategy === undefined ? tell(signIn, fields, visit) : attempt(signIn, fields, visit);
}

function attempt(signIn: SignInRecord, fields: Fields, visit: Visit): Answer {
  const { directory } = visit.instance;
  const there = signIn.createdSessionId ?? sessionOf(signIn.userId, visit);
  if (there !== undefined) return alreadySignedIn(there);
  const complaint = complaintAboutAttempt(signIn.userId, fields, directory.passwords);
  if (complaint !== undefined) return complaint;
  const { name, banned } = directory.users.require(signIn.userId);
  if (banned) return userBanned();
  const session = directory.signIn(name, signIn.clientId);
  return tell(directory.signIns.complete(signIn, session.id), fields, visit);
}

function tell(signIn: SignInRecord, _: Fields, visit: Visit): Answer {
  return respond(signInResource(signIn, visit.instance.directory), visit);
}

/** Where the same person is signed in already. */
function sessionOf(userId: string, visit: Visit): string | undefined {
  return sessionsOf(visit).find((session) => session.userId === userId)?.id;
}

function identifierMissing(): Answer {
  return formError('form_param_nil', 'identifier', 'Enter email address.');
}

function identifierUnknown(): Answer {
  return formError('form_identifier_not_found', 'identifier', "Couldn't find your account.");
}
