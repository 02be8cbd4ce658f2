import { provedAgain } from '../directory/factor-verification.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { Fields } from '../http/asked.js';
import type { Answer } from '../http/reply.js';
import { post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { onSession } from './own-session.js';
import { complaintAboutAttempt } from './password-attempt.js';
import { respond } from './respond.js';
import { sessionResource } from './session-resource.js';
import type { Visit } from './visit.js';

/** Proving once more to be the one, as an application asks it before something delicate. By password: there is no second factor. */
export function stepUpRoutes(visit: Visit): readonly Route[] {
  return [
    post('/v1/client/sessions/:id/verify', onSession(begin, visit)),
    post('/v1/client/sessions/:id/verify/attempt_first_factor', onSession(attempt, visit)),
  ];
}

function begin(session: SessionRecord, _: Fields, visit: Visit): Answer {
  return tell('needs_first_factor', session, visit);
}

function attempt({ id, userId, verifiedAt }: SessionRecord, fields: Fields, visit: Visit): Answer {
  const { directory, settings } = visit.instance;
  const complaint = complaintAboutAttempt(userId, fields, directory.passwords);
  if (complaint !== undefined) return complaint;
  const proved = provedAgain(verifiedAt, 'first_factor', settings.now());
  return tell('complete', directory.sessions.change(id, { verifiedAt: proved }), visit);
}

function tell(status: 'needs_first_factor' | 'complete', session: SessionRecord, visit: Visit) {
  const verification = {
    object: 'session_verification',
    id: session.id.replace('sess_', 'sver_'),
    status,
    level: 'first_factor',
    session: sessionResource(session, visit),
    supported_first_factors: [{ strategy: 'password' }],
    supported_second_factors: [],
    first_factor_verification: null,
    second_factor_verification: null,
  };
  return respond(verification, visit);
}
