/** A page that says what it is, for whom it was made, and how often the server has made one. */
export function pageHtml(title: string, user: string | null, more = ''): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title></head>
<body>
<h1>${title}</h1>
<p id="who">${user ?? 'a guest'}</p>
<nav>${LINKS.map(([path, label]) => `<a href="${path}">${label}</a>`).join(' ')}</nav>
${more}
</body>
</html>
`;
}

const LINKS = [
  ['/', 'Home'],
  ['/invoices', 'Invoices'],
  ['/letters', 'Letters'],
  ['/public', 'Public'],
  ['/app', 'App'],
] as const;
