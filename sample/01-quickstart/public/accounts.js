const people = document.querySelector('#people');
const accounts = document.querySelector('#accounts');
const list = document.querySelector('#account-list');
const form = document.querySelector('#form');

/** Clerk's links between its forms, and "Add account" in its user button, lead to `/?sign-up` and `/?sign-in`. */
const wished = new URLSearchParams(location.search);

/** As wide as its place and no wider, which Clerk's form is not by itself; and part of the page, not above it. */
const FITTING = {
  elements: {
    rootBox: { width: '100%' },
    cardBox: { width: '100%', border: '1px solid #dfe1ea', boxShadow: 'none' },
  },
};

/** Clerk's form for guests; for users the accounts of this browser, and ways in and out. */
export function showAccounts(clerk, settings) {
  introduce(settings);
  clerk.mountUserButton(document.querySelector('#user-button'));
  clerk.addListener(() => render(clerk));
  render(clerk);
  if (wished.has('sign-in') || wished.has('sign-up')) showForm(clerk);

  on('#add-account', () => showForm(clerk));
  on('#sign-out', () => clerk.signOut({ sessionId: clerk.session.id }));
  on('#sign-out-all', () => clerk.signOut());
}

function introduce({ kind, people: addresses, password }) {
  if (kind !== 'local-clerk') return;
  document.querySelector('#addresses').textContent = addresses.join(' and ');
  document.querySelector('#password').textContent = password;
  people.hidden = false;
}

function on(selector, act) {
  document.querySelector(selector).addEventListener('click', act);
}

function render(clerk) {
  const { signedInSessions } = clerk.client;
  document.querySelector('#revoke').disabled = signedInSessions.length === 0;
  accounts.hidden = signedInSessions.length === 0;
  showChoices(signedInSessions.map((session) => choiceOf(session, clerk)));
  if (signedInSessions.length === 0) showForm(clerk);
}

/** Whoever chose by keyboard goes on from there. */
function showChoices(choices) {
  const isInUse = list.contains(document.activeElement);
  list.replaceChildren(...choices);
  if (isInUse) list.querySelector(':checked')?.focus();
}

function showForm(clerk) {
  form.hidden = false;
  const options = { routing: 'hash', fallbackRedirectUrl: '/', appearance: FITTING };
  if (wished.has('sign-up')) clerk.mountSignUp(form, options);
  else clerk.mountSignIn(form, options);
}

/** One session, as a radio button. */
function choiceOf(session, clerk) {
  const label = document.createElement('label');
  const radio = document.createElement('input');
  radio.type = 'radio';
  radio.name = 'session';
  radio.checked = session.id === clerk.session?.id;
  radio.addEventListener('change', () => clerk.setActive({ session: session.id }));
  label.append(radio, nameOf(session));
  return label;
}

function nameOf({ id, user }) {
  const name = document.createElement('span');
  const detail = document.createElement('small');
  name.textContent = user.primaryEmailAddress?.emailAddress ?? user.id;
  detail.textContent = id;
  name.append(detail);
  return name;
}
