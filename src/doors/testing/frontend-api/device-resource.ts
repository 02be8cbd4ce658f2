import type { SessionRecord } from '../directory/sessions.js';
import { sessionResource } from './session-resource.js';
import type { Visit } from './visit.js';

/** A session as the list of devices tells it: where, instead of who, and without a token. */
export function deviceResource(session: SessionRecord, visit: Visit): object {
  const { id } = session;
  const activity = {
    object: 'session_activity',
    id: id.replace('sess_', 'sess_activity_'),
    device_type: 'This machine',
    is_mobile: false,
  };
  const told = sessionResource(session, visit);
  return { ...told, user: null, last_active_token: null, latest_activity: activity };
}
