import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readDocument } from './support/documents.js';
import { installLines } from './support/install-lines.js';
import { CAN_RUN_OTHER_NODES, otherNode } from './support/other-node.js';
import { repository } from './support/repository.js';

const execute = promisify(execFile);
const minutes = 60_000;

interface Consumer {
  readonly name: string;
  /** How a project that `nest new` made of this major runs the tests of a folder. */
  readonly runTests?: (folder: string) => readonly string[];
  readonly what: string;
  readonly nest: '11' | '12';
  readonly node?: typeof NODE_22;
  /** Where it must run as well, once it is built. */
  readonly alsoOn?: readonly string[];
}

const NODE_22 = '22.23.3';

/** What comes after the Node of this run, and is not the consumers' own either. */
const LATER_NODES = ['24.21.0', '26.12.1'];

const CONSUMERS: readonly Consumer[] = [
  { name: 'nest12-esm', nest: '12', what: 'Nest 12 in ESM', alsoOn: LATER_NODES },
  {
    name: 'nest12-cjs',
    nest: '12',
    what: 'Nest 12 from CommonJS, with a single copy of the package',
    alsoOn: LATER_NODES,
  },
  {
    name: 'nest11-jest',
    nest: '11',
    what: 'Nest 11 in classic Jest',
    runTests: (folder) => ['jest', '--rootDir', '.', '--testRegex', `${folder}/.*spec.ts$`],
  },
  {
    name: 'nest11-transports',
    nest: '11',
    what: 'Nest 11 with GraphQL, gateways, event streams and messages',
  },
  {
    name: 'nest11-doors',
    nest: '11',
    what: 'Nest 11 with OpenAPI documents, health and limits, each with two versions of its package',
  },
  {
    name: 'nest12-vitest',
    nest: '12',
    node: NODE_22,
    what: 'Nest 12 in Vitest, as nest new makes it, on Node 22',
    runTests: (folder) => ['vitest', 'run', '--config', 'vitest.config.e2e.ts', folder],
  },
];

async function npm(folder: string, args: readonly string[], path = ''): Promise<string> {
  // What this run was started with (workspace, flags of Node for Jest) is not the consumer's.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|NODE_OPTIONS$|JEST_|NODE_ENV$)/.test(name),
    ),
  );
  const env = { ...inherited, PATH: `${path}${inherited.PATH ?? ''}`, CI: 'true' };
  try {
    const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 };
    return (await execute('npm', args, options)).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`npm ${args.join(' ')} failed\n${stdout}\n${stderr}`, { cause });
  }
}

/** One after the other on each of two lanes: as many as this has cores. */
function onTwoLanes<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): ReadonlyMap<Item, Promise<Result>> {
  const lanes: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
  return new Map(
    items.map((item, at) => {
      const lane = at % 2 === 0 ? 0 : 1;
      const result = lanes[lane].then(() => run(item));
      // The test that awaits the result tells of its failure; the next one on the lane runs all the same.
      lanes[lane] = result.catch(() => undefined);
      return [item, result];
    }),
  );
}

const QUIETLY = ['--prefer-offline', '--no-audit', '--no-fund'];

describe('the packed tarball', () => {
  // Outside the repository, or Node and TypeScript would find this package's own node_modules.
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-clerk-auth-'));
  let proofs: ReadonlyMap<Consumer, Promise<string>>;

  beforeAll(async () => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const [packed] = JSON.parse(await npm(repository, args)) as [{ filename: string }];
    const tarball = join(folder, packed.filename);
    proofs = onTwoLanes(CONSUMERS, (consumer) => prove(consumer, tarball));
  }, 2 * minutes);

  afterAll(async () => {
    await Promise.allSettled(proofs.values());
    rmSync(folder, { recursive: true, force: true });
  });

  it('is what the README has users of each major install', () => {
    expect([...installLines().keys()].sort()).toEqual(['11', '12']);
    for (const words of installLines().values()) expect(words).toContain('nestjs-clerk-auth');
  });

  it.each(CONSUMERS)(
    'guards a route of $name: $what',
    async (consumer) => {
      const told = await proofs.get(consumer);
      expect(told).toContain('proved');
      if (!CAN_RUN_OTHER_NODES) return;
      if (consumer.node !== undefined) expect(told).toMatch(new RegExp(`^v${consumer.node}$`, 'm'));
      for (const version of consumer.alsoOn ?? []) expect(told).toContain(`v${version}: proved`);
    },
    15 * minutes,
  );

  /** Installs by the README's own line, the tarball in the place of the package's name. */
  async function prove(consumer: Consumer, tarball: string): Promise<string> {
    const { name, nest, node, runTests, alsoOn = [] } = consumer;
    const app = join(folder, name);
    cpSync(join(repository, 'test/contract/consumers', name), app, { recursive: true });
    const words = installLines().get(nest) ?? [];
    const line = words.map((word) => (word === 'nestjs-clerk-auth' ? tarball : word));
    const path = node !== undefined && CAN_RUN_OTHER_NODES ? await pathOf(node) : '';
    await npm(app, ['install', ...line, ...QUIETLY], path);
    const version = await npm(app, ['exec', '--call', 'node --version'], path);
    const proved = [await npm(app, ['run', 'prove'], path)];
    for (const other of CAN_RUN_OTHER_NODES ? alsoOn : []) {
      const { stdout } = await execute(await otherNode(other), ['dist/main.js'], { cwd: app });
      proved.push(`v${other}: ${stdout}`);
    }
    if (runTests !== undefined) {
      writeReadme(join(app, 'src', 'readme'));
      await npm(app, ['exec', '--', ...runTests('src/readme')], path);
      writeFresh(join(app, 'fresh', 'src'), node !== undefined);
      const add = ['schematics', 'nestjs-clerk-auth:nest-add', '--source-root=fresh/src'];
      await npm(app, ['exec', '--', ...add, '--skip-install'], path);
      await npm(app, ['exec', '--', ...runTests('fresh/test')], path);
    }
    return [version, ...proved].join('\n');
  }

  /** The README's application and its test, unedited. */
  function writeReadme(home: string): void {
    const files = readDocument('README.md').blocks.filter(({ file }) => file !== undefined);
    expect(files.map(({ file }) => file)).toEqual(['app.module.ts', 'app.spec.ts']);
    mkdirSync(home);
    for (const { file = '', code } of files) writeFileSync(join(home, file), code);
  }

  /** As much of what `nest new` makes as `nest add` looks at. */
  function writeFresh(home: string, isEsm: boolean): void {
    mkdirSync(home, { recursive: true });
    const end = isEsm ? '.js' : '';
    const main = `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module${end}';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(process.env.PORT ?? 3000);
}
void bootstrap();
`;
    const module = `import { Module } from '@nestjs/common';

@Module({
  imports: [],
  controllers: [],
  providers: [],
})
export class AppModule {}
`;
    writeFileSync(join(home, 'main.ts'), main);
    writeFileSync(join(home, 'app.module.ts'), module);
  }

  async function pathOf(version: string): Promise<string> {
    return `${dirname(await otherNode(version))}${delimiter}`;
  }
});
