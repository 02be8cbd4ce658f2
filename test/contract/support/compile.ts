import { dirname, join } from 'node:path';
import ts from 'typescript';
import { repository } from './repository.js';

/** Source texts by absolute path; nothing is written to disk. */
export type Sources = ReadonlyMap<string, string>;

/** What the compiler has against one of the sources. */
export interface Complaint {
  readonly path: string;
  /** Within the source, from 1. */
  readonly line: number;
  readonly message: string;
}

/** What Jest and Vitest give every test, as `nest new` sets them up. */
const GLOBALS = join(repository, 'test', 'documents', 'globals.d.ts');
const TEST_RUNNER = `
declare global {
  function it(promise: string, run: () => Promise<unknown> | void): void;
}
export {};
`;

/** Compiles all sources at once, under this repository's own strict settings. */
export function complaintsAbout(sources: Sources): Complaint[] {
  const options = {
    ...repositoryOptions(),
    moduleDetection: ts.ModuleDetectionKind.Force,
    // A reader's project may resolve either way: `./app.module` with its ending or without.
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const all = new Map([...sources, [GLOBALS, TEST_RUNNER]]);
  const program = ts.createProgram([...all.keys()], options, hostWith(all, options));
  return [...sources.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const syntax = program.getSyntacticDiagnostics(file);
    return [...syntax, ...program.getSemanticDiagnostics(file)].map((diagnostic) =>
      complaintOf(path, diagnostic),
    );
  });
}

function repositoryOptions(): ts.CompilerOptions {
  const path = join(repository, 'tsconfig.json');
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as { config: object };
  const alone = { ...config, files: [], include: [] };
  return ts.parseJsonConfigFileContent(alone, ts.sys, repository, {}, path).options;
}

function hostWith(sources: Sources, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const folders = new Set([...sources.keys()].map((path) => dirname(path)));
  return {
    ...host,
    readFile: (path) => sources.get(path) ?? ts.sys.readFile(path),
    fileExists: (path) => sources.has(path) || ts.sys.fileExists(path),
    directoryExists: (path) => folders.has(path) || ts.sys.directoryExists(path),
    getSourceFile: (path, language, ...rest) => {
      const text = sources.get(path);
      if (text === undefined) return host.getSourceFile(path, language, ...rest);
      return ts.createSourceFile(path, text, language);
    },
  };
}

function complaintOf(path: string, { file, start = 0, messageText }: ts.Diagnostic): Complaint {
  const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
  return { path, line, message: ts.flattenDiagnosticMessageText(messageText, '\n') };
}
