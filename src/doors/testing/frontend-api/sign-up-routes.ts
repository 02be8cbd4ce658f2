import type { Directory } from '../directory/directory.js';
import { nameFor } from '../directory/email-address.js';
import type { SignUpRecord, SignUpWords } from '../directory/sign-ups.js';
import type { Fields } from '../http/asked.js';
import { notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, patch, post } from '../http/routing.js';
import type { Route, RouteAnswer } from '../http/routing.js';
import { clientFor, clientOf } from './client-of.js';
import { respond } from './respond.js';
import { signUpResource } from './sign-up-resource.js';
import { complaintAbout, signUpWordsIn } from './sign-up-words.js';
import type { Visit } from './visit.js';

type Step = (signUp: SignUpRecord, fields: Fields, visit: Visit) => Answer;

/** Becoming a user with e-mail address and password, in one step or in several. No address is verified: no post is sent. */
export function signUpRoutes(visit: Visit): readonly Route[] {
  return [
    post('/v1/client/sign_ups', (fields) => begin(fields, visit)),
    get('/v1/client/sign_ups/:id', onSignUp(tell, visit)),
    patch('/v1/client/sign_ups/:id', onSignUp(goOn, visit)),
  ];
}

/** Goes no further with the attempt of another browser. */
function onSignUp(step: Step, visit: Visit): RouteAnswer {
  return (fields, id = '') => {
    const signUp = visit.instance.directory.signUps.find(id);
    const isOwn = signUp !== undefined && signUp.clientId === clientOf(visit)?.id;
    return isOwn ? step(signUp, fields, visit) : notFound('Sign up');
  };
}

function begin(fields: Fields, visit: Visit): Answer {
  const { users, signUps } = visit.instance.directory;
  const words = signUpWordsIn(fields);
  return complaintAbout(words, users) ?? listen(signUps.begin(clientFor(visit).id), words, visit);
}

function goOn(signUp: SignUpRecord, fields: Fields, visit: Visit): Answer {
  if (signUp.createdUserId !== null) return tell(signUp, fields, visit);
  const words = signUpWordsIn(fields);
  return complaintAbout(words, visit.instance.directory.users) ?? listen(signUp, words, visit);
}

function listen(signUp: SignUpRecord, words: SignUpWords, visit: Visit): Answer {
  const { directory } = visit.instance;
  return tell(welcome(directory.signUps.say(signUp, words), directory), {}, visit);
}

/** Makes a user of somebody who has said everything, and signs them in; else nothing is different. */
function welcome(signUp: SignUpRecord, directory: Directory): SignUpRecord {
  const { emailAddress, password, clientId } = signUp;
  if (emailAddress === null || password === null) return signUp;
  const { id, name } = directory.users.named(nameFor(emailAddress));
  directory.passwords.choose(id, password);
  return directory.signUps.complete(signUp, id, directory.signIn(name, clientId).id);
}

function tell(signUp: SignUpRecord, _: Fields, visit: Visit): Answer {
  return respond(signUpResource(signUp), visit);
}
