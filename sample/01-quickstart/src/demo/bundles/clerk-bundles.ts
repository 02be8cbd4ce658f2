/** A package of the npm registry: these bytes and no others. */
export interface Bundle {
  readonly name: string;
  readonly version: string;
  /** What a page loads of it; the rest is loaded from beside it when it is needed. */
  readonly script: string;
  /** SHA-512 of the tarball, as the registry lists it (`npm view <name>@<version> dist.integrity`). */
  readonly integrity: string;
}

/** Clerk's front end, in the order of loading: the forms and buttons, then the library that shows them. Both are MIT. */
export const CLERK_BUNDLES: readonly Bundle[] = [
  {
    name: '@clerk/ui',
    version: '1.36.0',
    script: 'dist/ui.browser.js',
    integrity:
      'sha512-uI96zYCh5jISLOt1mdpIPy/Y31P0kwFxjUFOxLUwFfTHFmGUcRjbqN6bbb+75tdI2Bz6ARGws3rhspDer+xIfQ==',
  },
  {
    name: '@clerk/clerk-js',
    version: '6.40.0',
    script: 'dist/clerk.browser.js',
    integrity:
      'sha512-2MnZ/ygvuCmeuqfXQmsxfQaLN/SSJvQbtT2cLXbgr5VKr3KmZFZBVvX977fG3eZ6pprl4J9pO+I2bbe6BvColg==',
  },
];

/** Such as `@clerk/ui@1.36.0`: what npm is asked for, and the folder of the cache. */
export function specOf({ name, version }: Bundle): string {
  return `${name}@${version}`;
}
