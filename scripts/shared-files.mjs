// Which modules share a file: those that the same doors need, in the order in which they run. So no door loads what it
// could do without, and no file leads back to itself.
import { statSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * Bytes of the modules in a file. In the tarball the copies of both formats lie side by side, and gzip sees 32 kB back:
 * of what is larger, the second copy costs as much as the first. Without this bound the tarball had 390 kB instead of 257.
 */
const LARGEST = 28_000;

/** For Rollup's `manualChunks`: the name of the file in which a module of the folder `from` is to be. */
export function sharedFiles(from) {
  let names;
  return (id, { getModuleIds, getModuleInfo }) => {
    names ??= namesByModule(modulesToShare([...getModuleIds()], getModuleInfo), from);
    return names.get(id);
  };
}

/** Each module that is no door, behind those which it imports, with the doors that need it. */
function modulesToShare(ids, getModuleInfo) {
  const doorsOf = new Map();
  const isDoor = (id) => getModuleInfo(id).isEntry;
  for (const door of ids.filter(isDoor).sort()) visit(door, door);
  return [...doorsOf].filter(([id]) => !isDoor(id) && getModuleInfo(id).isIncluded);

  function visit(id, door) {
    const { isExternal, importedIds } = getModuleInfo(id);
    if (isExternal || doorsOf.get(id)?.has(door)) return;
    for (const imported of importedIds) visit(imported, door);
    doorsOf.set(id, (doorsOf.get(id) ?? new Set()).add(door));
  }
}

function namesByModule(modules, from) {
  const files = [];
  const open = new Map();
  for (const [id, doors] of modules) {
    const users = [...doors].join();
    const { size } = statSync(id);
    let file = open.get(users);
    if (file === undefined || file.size + size > LARGEST) {
      file = { ids: [], size: 0 };
      files.push(file);
      open.set(users, file);
    }
    file.ids.push(id);
    file.size += size;
  }
  return new Map(files.flatMap(({ ids }) => ids.map((id) => [id, nameOf(ids.at(-1), from)])));
}

/** A file is named after its last module and the room of it: `module-clerk-module`. */
function nameOf(id, from) {
  const path = relative(from, id);
  return path.startsWith('..')
    ? 'helpers'
    : path.replace(/\.(?:d\.ts|js)$/, '').replace(/[\\/]/g, '-');
}
