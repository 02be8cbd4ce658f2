import { CREDENTIALS } from './credentials.js';

const HEADERS_OF_REFUSALS = ['WWW-Authenticate', 'Retry-After'];

const sendSessionId = document.querySelector('#send-session-id');

/** Asks the API, and shows status and body, or why there are none. */
export async function ask(method, path, by, output) {
  output.replaceChildren('…');
  try {
    const response = await fetch(addressed(path), { method, ...(await CREDENTIALS[by]()) });
    const code = response.headers.get('X-Refusal-Code') ?? '';
    show(output, response.status, code, await wordsOf(response));
  } catch (error) {
    show(output, 'not sent', '', error.message);
  }
}

/** With the session that this tab shows, if that is wanted. */
function addressed(path) {
  const id = window.Clerk?.session?.id;
  return id && sendSessionId.checked ? `${path}?_clerk_session_id=${id}` : path;
}

/** The code comes by a header that this demonstration adds: the answer of an app of yours says nothing of it. */
function show(output, status, code, words) {
  const badge = document.createElement('strong');
  badge.textContent = status;
  badge.className = status < 300 ? 'good' : 'bad';
  const reason = document.createElement('code');
  reason.textContent = code;
  const text = document.createElement('pre');
  text.textContent = words;
  output.replaceChildren(badge, ' ', reason, text);
}

/** The body, as it is easiest to read. Refusals have none: they say what there is to say in headers. */
async function wordsOf(response) {
  const body = await response.text();
  if (body !== '') return JSON.stringify(JSON.parse(body), null, 2);
  const headers = HEADERS_OF_REFUSALS.filter((name) => response.headers.has(name));
  return ['(no body)', ...headers.map((name) => `${name}: ${response.headers.get(name)}`)].join(
    '\n',
  );
}
