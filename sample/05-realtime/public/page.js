const find = (selector) => document.querySelector(selector);
const [door, room, talk, words, status, renewals] = [
  '#door',
  '#room',
  '#talk',
  '#words',
  '#status',
  '#renewals',
].map(find);

let person;
let socket;
let renewed = 0;

for (const button of document.querySelectorAll('[data-name]')) {
  button.addEventListener('click', () => enter(button.dataset.name));
}

async function enter(name) {
  socket?.close();
  person = name === '' ? undefined : await post(`/people/${name}/sign-in`);
  // Asked again whenever the socket connects, so that it has a fresh token when it comes back.
  const auth = async (hand) => hand(person === undefined ? {} : { token: await getToken() });
  socket = window.io({ auth, forceNew: true });
  socket.on('connect', () => show(true, `Connected as ${person.name}.`));
  socket.on('connect_error', ({ data, message }) =>
    show(false, data === undefined ? message : `Refused: ${data.statusCode} ${data.code}.`),
  );
  socket.on('said', ({ name, text }) => add(`${name}: ${text}`, 'said'));
  socket.on('told', (text) => add(text, 'told'));
  socket.on('clerk:expiring', renew);
  socket.on('exception', ({ code }) => (lastCode = code));
  socket.on('disconnect', left);
}

let lastCode;

/** The token runs out in a moment: a fresh one of the same session keeps the socket open. */
async function renew() {
  socket.emit('clerk:renew', await getToken(), ({ endsAt }) => {
    if (endsAt === undefined) return;
    renewed += 1;
    renewals.hidden = false;
    const until = new Date(endsAt).toLocaleTimeString();
    renewals.textContent = `Token renewed: ${renewed}. This one lasts until ${until}.`;
  });
}

function left(reason) {
  // Ended by the server for good; anything else, and the client comes back by itself.
  const isOver = reason === 'io server disconnect';
  show(!isOver, isOver ? `Your session is over (${lastCode}).` : 'Connection lost. Coming back …');
}

find('#say').addEventListener('submit', (event) => {
  event.preventDefault();
  socket.emit('say', words.value);
  words.value = '';
});

find('#revoke').addEventListener('click', async () => {
  const authorization = `Bearer ${await getToken()}`;
  await fetch('/people/sign-out', { method: 'POST', headers: { authorization } });
});

/** In a page of yours: `clerk.session.getToken({ skipCache: true })`. */
async function getToken() {
  const { token } = await post(`/people/sessions/${person.sessionId}/token`);
  return token;
}

async function post(url) {
  const response = await fetch(url, { method: 'POST' });
  return response.json();
}

function show(isIn, text) {
  room.hidden = !isIn;
  door.hidden = isIn;
  renewals.hidden = !isIn || renewed === 0;
  status.textContent = text;
}

function add(text, kind) {
  const item = document.createElement('li');
  item.className = kind;
  item.textContent = text;
  talk.append(item);
}
