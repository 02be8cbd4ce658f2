import { ask } from './ask.js';

/** Each route: what is written on its handler, and what that means. */
const ROUTES = {
  '/public': ['no guard', 'Open to everybody.'],
  '/maybe': ['@OptionalSession()', 'Guests and users are both welcome.'],
  '/me': ['@RequireSession()', 'Users only: others get 401 and no body.'],
  '/me/live': [
    '@RequireSession({ live: true })',
    'Clerk is asked each time. While it is down: 503, and not signed out.',
  ],
};

/** A button for each route; each asks in both ways, side by side. */
export function offerCalls() {
  const rows = Object.entries(ROUTES).map(([path, [decorator, words]]) =>
    rowOf(path, decorator, words),
  );
  document.querySelector('#routes').replaceChildren(...rows);
}

function rowOf(path, decorator, words) {
  const row = document.querySelector('#route').content.cloneNode(true).firstElementChild;
  const button = row.querySelector('button');
  button.textContent = `GET ${path}`;
  row.querySelector('p code').textContent = decorator;
  row.querySelector('p span').textContent = words;
  button.addEventListener('click', () => askBothWays(path, row.querySelectorAll('figure')));
  return row;
}

/** One after the other: when Clerk is asked for a token, it sets the cookie anew as well. */
async function askBothWays(path, figures) {
  for (const figure of figures) figure.querySelector('output').replaceChildren('…');
  for (const figure of figures) {
    await ask('GET', path, figure.dataset.by, figure.querySelector('output'));
  }
}
