import ts from 'typescript';

/** TypeScript as plain Node runs it: a program for a process of its own, whose types are checked with everything else. */
export function transpile(source: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}
