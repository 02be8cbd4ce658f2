import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { complaintsAbout } from './support/compile.js';
import { repository } from './support/repository.js';

const execute = promisify(execFile);
const PROGRAM = join(repository, 'test/contract/support/run-nest-add.cjs');

interface Outcome {
  readonly files: Readonly<Record<string, string>>;
  readonly said: readonly string[];
  readonly tasks: readonly string[];
}

type Files = Readonly<Record<string, string>>;

async function nestAdd(files: Files, options: object = { skipInstall: true }): Promise<Outcome> {
  const input = JSON.stringify({ files, options });
  const { stdout } = await execute(process.execPath, [PROGRAM, input], { cwd: repository });
  return JSON.parse(stdout) as Outcome;
}

const MAIN = `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(process.env.PORT ?? 3000);
}
bootstrap();
`;

const MODULE = `import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';

@Module({
  imports: [],
  controllers: [AppController],
  providers: [],
})
export class AppModule {}
`;

const manifest = (more: object = {}): string =>
  JSON.stringify({ name: 'app', dependencies: { '@nestjs/core': '^12.0.0' }, ...more });

const project = (more: Files = {}): Files => ({
  'package.json': manifest({ type: 'module' }),
  'src/main.ts': MAIN,
  'src/app.module.ts': MODULE,
  ...more,
});

const dependencies = ({ files }: Outcome): unknown =>
  (JSON.parse(files['package.json'] ?? '') as { dependencies: unknown }).dependencies;

describe('nest add', () => {
  it('puts the module, the packages, the variables and a test where they belong', async () => {
    const outcome = await nestAdd(project());
    expect(outcome.files['src/app.module.ts']).toBe(
      MODULE.replace('imports: []', 'imports: [ClerkModule.forRoot()]').replace(
        "'./app.controller.js';\n",
        "'./app.controller.js';\nimport { ClerkModule } from 'nestjs-clerk-auth';\n",
      ),
    );
    expect(dependencies(outcome)).toEqual({
      '@nestjs/axios': '^12.0.0',
      '@nestjs/config': '^12.0.0',
      '@nestjs/core': '^12.0.0',
      axios: '^1.18.0',
    });
    expect(outcome.files['.env.example']).toMatch(/^CLERK_SECRET_KEY=\nCLERK_PUBLISHABLE_KEY=\n/m);
    expect(outcome.files['test/clerk.e2e-spec.ts']).toContain("from '../src/app.module.js'");
    expect(outcome.said.join('\n')).toContain('need keys from now on');
    expect(outcome.tasks).toEqual([]);
  });

  it('installs what it added, unless told not to', async () => {
    expect((await nestAdd(project(), {})).tasks).toEqual(['NodePackageInstallTask']);
  });

  it('changes nothing at the second time', async () => {
    const first = await nestAdd(project());
    const second = await nestAdd(first.files);
    expect(second.files).toEqual(first.files);
    expect(second.said).toEqual([expect.stringContaining('left as it is')]);
  });

  it('adds the guard for everything with --global', async () => {
    const { files } = await nestAdd(project(), { global: true, skipInstall: true });
    const text = files['src/app.module.ts'] ?? '';
    expect(text).toContain("import { APP_GUARD } from '@nestjs/core';");
    expect(text).toContain("import { AuthGuard, ClerkModule } from 'nestjs-clerk-auth';");
    expect(text).toContain('{ provide: APP_GUARD, useExisting: AuthGuard }');
    const controller =
      "import { Controller } from '@nestjs/common';\n@Controller()\nexport class AppController {}\n";
    const folder = join(repository, 'test', 'documents', 'nest-add');
    const sources = new Map([
      [join(folder, 'app.module.ts'), text],
      [join(folder, 'app.controller.ts'), controller],
    ]);
    expect(complaintsAbout(sources)).toEqual([]);
  });

  it('finds the module that main.ts starts, whatever it is called', async () => {
    const { files } = await nestAdd({
      'package.json': manifest(),
      'src/main.ts': MAIN.replaceAll('AppModule', 'RootModule').replace(
        './app.module.js',
        './root/root.module',
      ),
      'src/app.module.ts': MODULE,
      'src/root/root.module.ts': MODULE.replace('AppModule', 'RootModule'),
    });
    expect(files['src/root/root.module.ts']).toContain('ClerkModule.forRoot()');
    expect(files['src/app.module.ts']).toBe(MODULE);
    expect(files['test/clerk.e2e-spec.ts']).toContain(
      "import { RootModule } from '../src/root/root.module';",
    );
  });

  it('edits the application of a monorepo that is meant', async () => {
    const { files } = await nestAdd(
      {
        'package.json': manifest({ type: 'module' }),
        'apps/api/src/main.ts': MAIN,
        'apps/api/src/app.module.ts': MODULE,
        'apps/web/src/app.module.ts': MODULE,
      },
      { sourceRoot: 'apps/api/src', skipInstall: true },
    );
    expect(files['apps/api/src/app.module.ts']).toContain('ClerkModule.forRoot()');
    expect(files['apps/web/src/app.module.ts']).toBe(MODULE);
    expect(files['apps/api/test/clerk.e2e-spec.ts']).toContain("from '../src/app.module.js'");
  });

  it.each([
    ['an empty @Module()', MODULE.replace(/\{\n {2}imports[\s\S]*\n\}\)/, '{})')],
    ['no imports yet', MODULE.replace('  imports: [],\n', '')],
    ['imports already', MODULE.replace('imports: []', 'imports: [OtherModule]')],
    ['double quotes', MODULE.replaceAll("'", '"')],
    ['line ends of Windows', MODULE.replaceAll('\n', '\r\n')],
  ])('edits a module with %s', async (_, text) => {
    const { files } = await nestAdd(project({ 'src/app.module.ts': text }));
    const edited = files['src/app.module.ts'] ?? '';
    expect(edited.match(/ClerkModule\.forRoot\(\)/g)).toHaveLength(1);
    expect(edited).toMatch(/import \{ ClerkModule \} from (["'])nestjs-clerk-auth\1;/);
    expect(edited.match(/\bimports\b\s*:/g)).toHaveLength(1);
  });

  it.each([
    ['metadata from elsewhere', MODULE.replace(/\{\n {2}imports[\s\S]*\n\}\)/, 'metadata)')],
    ['shorthand imports', MODULE.replace('imports: []', 'imports')],
    ['a list from elsewhere', MODULE.replace('imports: []', 'imports: MODULES')],
  ])('leaves a module with %s to its developer, and says so', async (_, text) => {
    const { files, said } = await nestAdd(project({ 'src/app.module.ts': text }));
    expect(files['src/app.module.ts']).toBe(text);
    expect(files).not.toHaveProperty('test/clerk.e2e-spec.ts');
    expect(said.join('\n')).toContain('Add it yourself');
  });

  it('keeps what is there: packages, variables, a test', async () => {
    const own = project({
      'package.json': manifest({
        dependencies: { '@nestjs/core': '^12.0.0', '@nestjs/config': '^12.0.1', axios: '^1.20.0' },
      }),
      '.env.example': 'PORT=3000',
      'test/clerk.e2e-spec.ts': '// ours',
    });
    const outcome = await nestAdd(own);
    expect(dependencies(outcome)).toMatchObject({ '@nestjs/config': '^12.0.1', axios: '^1.20.0' });
    expect(outcome.files['.env.example']).toMatch(/^PORT=3000\n#/);
    expect(outcome.files['test/clerk.e2e-spec.ts']).toBe('// ours');
  });
});
