import type { Answer } from '../http/reply.js';
import type { PortalVisit } from './portal-visit.js';

/** A button of a form. What it says is sent when it has a name. */
interface Button {
  readonly label: string;
  readonly name?: string;
  readonly value?: string;
}

/** What there is to do on a page. */
interface Choices {
  readonly buttons: readonly Button[];
  /** Above the buttons, as HTML. */
  readonly field?: string;
  /** To another page of the portal: its path, and what the link says. */
  readonly link?: readonly [path: string, label: string];
}

/** A form that sends its buttons to its own address, where it came from included. */
export function buttonsPage(title: string, visit: PortalVisit, choices: Choices): Answer {
  const { field = '', link } = choices;
  const buttons = choices.buttons.map(buttonHtml).join('\n');
  const place = visit.page === undefined ? '' : `<p>${escaped(new URL(visit.page.href).host)}</p>`;
  const form = `<form method="post">\n${field}${buttons}\n</form>`;
  return page(200, title, `${place}\n${form}\n${link === undefined ? '' : linkHtml(link, visit)}`);
}

/** Where somebody says what to call them. */
export function nameField(): string {
  return '<label>Name or e-mail address <input name="user" required autofocus></label>\n';
}

/** A page that says one sentence. */
export function problemPage(status: number, message: string): Answer {
  return page(status, 'LocalClerk', `<p>${escaped(message)}</p>`);
}

function buttonHtml({ label, name, value = '' }: Button): string {
  const sent = name === undefined ? '' : ` name="${escaped(name)}" value="${escaped(value)}"`;
  return `<button${sent}>${escaped(label)}</button>`;
}

/** Relative: the portal may stand behind a path of the application's. */
function linkHtml([path, label]: readonly [string, string], { query }: PortalVisit): string {
  const kept = query.size > 0 ? `?${query.toString()}` : '';
  return `<p><a href="${escaped(`${path}${kept}`)}">${escaped(label)}</a></p>`;
}

function page(status: number, title: string, body: string): Answer {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(title)} · LocalClerk</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(title)}</h1>
${body}
<footer>LocalClerk, a Clerk for tests and development. Nobody is asked for a password.</footer>
</main>
</html>
`;
  return { kind: 'answer', status, headers: HEADERS, body: html };
}

/** No `form-action` among them: browsers hold the redirect after a form against it, too. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { width: min(20rem, 100% - 2rem); padding: 2rem 0; }
h1 { margin: 0; font-size: 1.5rem; }
form { display: grid; gap: .5rem; margin: 1rem 0; }
label { display: grid; gap: .25rem; }
button, input { font: inherit; padding: .6rem .8rem; border: 1px solid #8888; border-radius: .4rem; }
button { cursor: pointer; background: #6c47ff; color: #fff; border-color: #6c47ff; }
button:hover { background: #5a35f0; }
:focus-visible { outline: 3px solid #b9a7ff; outline-offset: 2px; }
p, footer { margin: .25rem 0; }
footer { margin-top: 2rem; font-size: .85rem; opacity: .75; }
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
