'use strict';

const MODULE = 'ClerkModule.forRoot()';
const GUARD = '{ provide: APP_GUARD, useExisting: AuthGuard }';

/**
 * @returns `edited` with the new text; `there` where nothing is to be done; `manual` with the reason where only somebody who
 * understands the code can do it
 */
exports.editModule = (text, { isGlobal, project }) => {
  if (/['"]nestjs-clerk-auth['"]/.test(text)) return { kind: 'there' };
  const manager = managerOf(project);
  if (manager === undefined) return manual('@nestjs/schematics is not installed.');
  const bad = whyNot(text, isGlobal ? ['imports', 'providers'] : ['imports']);
  if (bad !== undefined) return manual(bad);
  let edited = insert(manager, text, 'imports', MODULE);
  if (isGlobal) edited = insert(manager, edited, 'providers', GUARD);
  if (edited === undefined)
    return manual('The @Module() of the root module holds no plain object.');
  return { kind: 'edited', text: withImports(edited, isGlobal) };
};

function manual(reason) {
  return { kind: 'manual', reason };
}

/** The class moved between the majors of @nestjs/schematics. */
function managerOf({ require: requireFromProject }) {
  for (const name of ['@nestjs/schematics', '@nestjs/schematics/dist/utils/metadata.manager']) {
    try {
      const { MetadataManager } = requireFromProject(name);
      if (MetadataManager !== undefined) return MetadataManager;
    } catch {
      // The other one, then.
    }
  }
  return undefined;
}

/** `{ imports }` and `imports: LIST` are no lists that can be added to: the manager would write a second property. */
function whyNot(text, properties) {
  for (const property of properties) {
    const decorator = /@Module\s*\(\s*\{([\s\S]*?)\}\s*\)/.exec(text)?.[1];
    if (decorator === undefined) return 'The @Module() of the root module holds no plain object.';
    const shorthand = new RegExp(`(?:^|[,{\\s])${property}\\s*(?:,|$)`);
    const written = new RegExp(`\\b${property}\\s*:\\s*(?!\\[)\\S`);
    if (shorthand.test(decorator) || written.test(decorator)) {
      return `The ${property} of the root module are no list that is written there.`;
    }
  }
  return undefined;
}

function insert(Manager, text, property, symbol) {
  return text === undefined ? undefined : (new Manager(text).insert(property, symbol) ?? undefined);
}

/** After the last import, in the quotes of the file. */
function withImports(text, isGlobal) {
  const quote = /from\s+"/.test(text) ? '"' : "'";
  const names = isGlobal ? 'AuthGuard, ClerkModule' : 'ClerkModule';
  const lines = [`import { ${names} } from ${quote}nestjs-clerk-auth${quote};`];
  if (isGlobal && !/\bAPP_GUARD\b[^;]*from/.test(text)) {
    lines.unshift(`import { APP_GUARD } from ${quote}@nestjs/core${quote};`);
  }
  const imports = [...text.matchAll(/^import\b[\s\S]*?from\s+['"][^'"]+['"];?[ \t]*\r?\n/gm)];
  const last = imports[imports.length - 1];
  const at = last === undefined ? 0 : last.index + last[0].length;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text.slice(0, at)}${lines.join(end)}${end}${text.slice(at)}`;
}
