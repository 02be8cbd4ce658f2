// Holds the public types of every door against the reports in etc/, and fails when a signature names a type that no door
// exports. With --update it writes the reports anew. Needs a build.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const manifestFile = join(root, 'package.json');
const { name, exports } = JSON.parse(readFileSync(manifestFile, 'utf8'));
const isUpdate = process.argv.includes('--update');
const reports = join(root, 'etc');
const temporary = join(root, '.cache', 'api');

for (const folder of [reports, temporary]) mkdirSync(folder, { recursive: true });

/** What a door may name although it does not export it. */
const ofTheFrontDoor = new Set();

const doors = Object.entries(exports).filter(([, door]) => typeof door === 'object');
for (const [door, { import: format }] of doors) {
  const types = join(root, format.types);
  check(door, types);
  if (door === '.') for (const symbol of namesIn(types)) ofTheFrontDoor.add(symbol);
}

function namesIn(types) {
  const lists = [...readFileSync(types, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm)];
  const words = lists.flatMap(([, list]) => list.split(','));
  return words.map((word) => word.trim().replace(/^type |^.* as /, ''));
}

function check(door, types) {
  const reportFileName = door === '.' ? name : `${name}.${basename(door)}`;
  const configObject = {
    mainEntryPointFilePath: types,
    projectFolder: root,
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'ES2022',
          lib: ['ES2023'],
          module: 'nodenext',
          types: ['node'],
          strict: true,
          skipLibCheck: true,
        },
        files: [types],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName,
      reportFolder: reports,
      reportTempFolder: temporary,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      extractorMessageReporting: {
        default: { logLevel: ExtractorLogLevel.None },
        'ae-forgotten-export': { logLevel: ExtractorLogLevel.Error },
      },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  };
  const config = ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: manifestFile,
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: isUpdate,
    messageCallback: onMessage,
  });
  if (apiReportChanged && !isUpdate) {
    console.error(
      `The public types of "${door}" are not those of etc/: npm run api:update, and read the difference.`,
    );
  }
  if (!succeeded) process.exitCode = 1;
}

/** Only what is wrong is printed, and counts. */
function onMessage(message) {
  const [, symbol] = /^The symbol "(\w+)"/.exec(message.text) ?? [];
  const isForgotten = message.messageId === 'ae-forgotten-export';
  if (isForgotten && ofTheFrontDoor.has(symbol)) message.logLevel = ExtractorLogLevel.None;
  if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
}
