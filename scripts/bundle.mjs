// Makes few files of many: each door is a list of what it exports, out of the files in shared/.
import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { sharedFiles } from './shared-files.mjs';

const { exports } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
);

/** Where each door stands inside a format, without its ending: `index`, `doors/testing/index`. */
const doors = Object.values(exports)
  .filter((door) => typeof door === 'object')
  .map((door) => door.import.default.replace(/^\.\/dist\/esm\/|\.js$/g, ''));

/** Both formats, from ESM without comments. */
export async function bundleCode(from, to) {
  const bundle = await rollup({ ...input(from, 'js'), plugins: [helpersOfTypeScript()] });
  await bundle.write({ ...output(from, 'js'), format: 'es', dir: join(to, 'esm') });
  await bundle.write({
    ...output(from, 'js'),
    format: 'cjs',
    dir: join(to, 'cjs'),
    exports: 'named',
    esModule: true,
    // A default import as TypeScript's own `esModuleInterop` has it.
    interop: 'auto',
    // Jest cannot do a real `import()` without a flag of Node.
    dynamicImportInCjs: false,
  });
  await bundle.close();
}

/** The same types for both formats. */
export async function bundleTypes(from, to) {
  const bundle = await rollup({ ...input(from, 'd.ts'), plugins: [dts()] });
  for (const format of ['esm', 'cjs']) {
    await bundle.write({ ...output(from, 'd.ts'), format: 'es', dir: join(to, format) });
  }
  await bundle.close();
}

function input(from, ending) {
  return {
    input: Object.fromEntries(doors.map((door) => [door, join(from, `${door}.${ending}`)])),
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && id !== 'tslib',
    // One of the helpers of TypeScript asks for a global of newer platforms.
    treeshake: { unknownGlobalSideEffects: false },
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  };
}

function output(from, ending) {
  return {
    entryFileNames: `[name].${ending}`,
    chunkFileNames: `shared/[name].${ending}`,
    manualChunks: sharedFiles(from),
    // Names stay as they are written, also between the files of shared/; nobody imports what only another one needs.
    minifyInternalExports: false,
    hoistTransitiveImports: false,
  };
}

/** What TypeScript would write into each file that has a decorator, brought along once. */
function helpersOfTypeScript() {
  const tslib = fileURLToPath(import.meta.resolve('tslib/tslib.es6.mjs'));
  return {
    name: 'helpers-of-typescript',
    resolveId: (id) => (id === 'tslib' ? tslib : null),
    transform: (code, id) => (id === tslib ? code.replace(/\/\*.*?\*\//gs, '') : null),
  };
}
