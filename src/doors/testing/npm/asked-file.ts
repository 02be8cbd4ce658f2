/** A file of a package, as a script's address names it. */
export interface AskedFile {
  /** Such as `@clerk/clerk-js`. */
  readonly package: string;
  /** Exact, or the beginning of one, or a tag: `6.40.0`, `6`, `latest`. */
  readonly version: string;
  /** Inside the package, such as `dist/clerk.browser.js`. */
  readonly path: string;
}

const ADDRESS = /^\/npm\/((?:@[\w-]+\/)?[\w.-]+)@([\w.+-]+)\/(.+)$/;

/** Letters, digits and what file names of bundles have beside them; never a dot alone or two, which lead elsewhere. */
const SEGMENT = /^(?!\.{1,2}$)[\w@.+-]+$/;

/** Reads `/npm/<package>@<version>/<path>`; `undefined` when it is anything else. Nothing is decoded: no bundle needs it. */
export function readAskedFile(address: string): AskedFile | undefined {
  const [, name = '', version = '', path = ''] = ADDRESS.exec(address) ?? [];
  const segments = [...name.split('/'), version, ...path.split('/')];
  if (!segments.every((segment) => SEGMENT.test(segment))) return undefined;
  return { package: name, version, path };
}
