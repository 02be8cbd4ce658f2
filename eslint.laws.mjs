// The part of the architecture laws that an import graph cannot see. It stands in its own file so
// that the contract test can prove it on planted code without the type checker.

import { defineConfig } from 'eslint/config';

const wire = 'Clerk is spoken to only from src/backend-api.';
const globals = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'];

const namedOnly = 'The doors export by name, so that adding to the public API is a visible act.';

export default defineConfig([
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: namedOnly },
        { selector: 'ExportDefaultDeclaration', message: namedOnly },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@nestjs/*/*'],
              message: 'Paths inside Nest differ between 11 and 12; import the package itself.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/backend-api/**', 'src/doors/testing/**'],
    rules: {
      'no-restricted-globals': ['error', ...globals.map((name) => ({ name, message: wire }))],
      'no-restricted-properties': [
        'error',
        ...['globalThis', 'global'].flatMap((object) =>
          globals.map((property) => ({ object, property, message: wire })),
        ),
      ],
    },
  },
]);
