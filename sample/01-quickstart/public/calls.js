import { ask } from './ask.js';

const ROUTES = {
  '/public': 'Open to everybody.',
  '/maybe': 'Guests and users are both welcome.',
  '/me': 'Users only: strangers get 401 and no body.',
};

/** A button for each route; each asks in both ways, side by side. */
export function offerCalls() {
  const rows = Object.entries(ROUTES).map(([path, words]) => rowOf(path, words));
  document.querySelector('#routes').replaceChildren(...rows);
}

function rowOf(path, words) {
  const row = document.querySelector('#route').content.cloneNode(true).firstElementChild;
  const button = row.querySelector('button');
  button.textContent = `GET ${path}`;
  row.querySelector('p').textContent = words;
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
