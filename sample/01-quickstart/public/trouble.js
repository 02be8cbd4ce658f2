import { ask } from './ask.js';

/** A session that is revoked is refused. */
export function offerRevocation() {
  const revoked = document.querySelector('#revoked');
  document.querySelector('#revoke').addEventListener('click', () => {
    ask('DELETE', '/me/session', 'cookie', revoked);
  });
}

/** A Clerk that is down signs nobody out. Only LocalClerk goes down on request. */
export async function offerOutage({ kind, frontendApi }) {
  if (kind !== 'local-clerk') return;
  const path = `${frontendApi}/_local/outage`;
  const outage = document.querySelector('#outage');
  outage.checked = (await (await fetch(path)).json()).on;
  outage.addEventListener('change', () => {
    const headers = { 'Content-Type': 'application/json' };
    return fetch(path, { method: 'POST', headers, body: JSON.stringify({ on: outage.checked }) });
  });
  document.querySelector('#outage-switch').hidden = false;
}
