'use strict';

const FILE = '.env.example';
const LINES = [
  '# From the Clerk Dashboard, page "API keys". Keep the real ones in .env.local, out of the repository.',
  'CLERK_SECRET_KEY=',
  'CLERK_PUBLISHABLE_KEY=',
];

/** The variables that the module reads, for whoever sets the application up next. */
exports.addVariables = (tree) => {
  const text = tree.exists(FILE) ? tree.readText(FILE) : '';
  if (/^CLERK_SECRET_KEY=/m.test(text)) return;
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const added = `${before}${LINES.join('\n')}\n`;
  if (tree.exists(FILE)) tree.overwrite(FILE, added);
  else tree.create(FILE, added);
};
