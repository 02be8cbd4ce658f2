import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { sessionContextCost } from './http/session-context.mjs';
import { ADAPTERS } from './http/table.mjs';
import { PINNED } from './support/cores.mjs';
import { QUICK, SCALE } from './support/scale.mjs';

/** Everything measured, as the page that the command writes. */
export function reportOf({ inProcess, http, storms, targets, load }) {
  return [
    '# Performance',
    'Written by `npm run bench`; not by hand. Everything is a ratio within one run on one machine: compare lines of this page with each other, not with figures from elsewhere.',
    ...(QUICK
      ? ['**A quick run (`BENCH_QUICK=1`): it shows that the benchmark works, nothing else.**']
      : []),
    '## What you gain',
    'CPU that authentication adds to a request over HTTP, each beside ours in the same run: how many times as much as ours the others take. A browser sends the same token for about a minute, so most requests bring a token that was met before; "1,000 tokens in turn" is a server with a thousand people.',
    gainsTable(http),
    '## What was promised, and what came out',
    table(['', 'promise', 'wanted', 'measured'], targets.map(targetLine)),
    '## One authentication, in process',
    'CPU (user and system) from the request object to the user id, as a multiple of the floor: `crypto.verify` of RSA-2048 and nothing else, with key, data and signature ready. Every candidate has a process of its own and is compared with the floor measured right before and after it in that process; the processes take turns. The spread is the middle half of the rounds. Every request has a new header text, as it comes from a socket. "First sight" means that this instance of the library has not met the token before, and keeps it now.',
    table(['', 'us', 'floor, us', 'over the floor', 'spread'], inProcess.map(inProcessLine)),
    '## One request, over HTTP',
    'CPU that the server process spends more than for the same application without protection. Both applications run in one process and are asked in turn, over kept connections, by a load generator on the other core.',
    ...ADAPTERS.flatMap((adapter) => httpSection(adapter, http[adapter])),
    '## The session in any provider',
    'CPU for a whole request with the option `sessionContext` and without it, each in a process of its own.',
    sessionContextTable(http),
    '## Storms',
    stormsText(storms),
    '## Where',
    placeText(load),
  ].join('\n\n');
}

/** What others take, and the row of ours that does the same. */
const GAINS = [
  ['clerk', 'oursAgain', "Clerk's own adapter, 1,000 tokens in turn"],
  ['passport', 'oursAgain', '@nestjs/passport, passport-jwt, jwks-rsa, 1,000 tokens in turn'],
  ['clerk', 'ours', "Clerk's own adapter, every token new"],
  ['passport', 'ours', '@nestjs/passport, passport-jwt, jwks-rsa, every token new'],
];

function gainsTable(http) {
  const lines = GAINS.map(([theirs, ours, label]) => [
    label,
    ...ADAPTERS.map((adapter) => gain(http[adapter], theirs, ours)),
  ]);
  return table(['', 'Express', 'Fastify'], lines);
}

function gain(rows, theirs, ours) {
  const added = (name) => rows.find((row) => row.name === name).added.median;
  return added(ours) > 0 ? `${(added(theirs) / added(ours)).toFixed(1)}x` : 'lost in the noise';
}

function targetLine({ met, what, wanted, measured }) {
  return [met ? 'pass' : '**miss**', what, wanted, measured];
}

function inProcessLine({ label, cost, floor, ratio }) {
  const digits = ratio.median < 1 ? 3 : 2;
  const spread = `${ratio.low.toFixed(digits)} to ${ratio.high.toFixed(digits)}`;
  return [label, cost.toFixed(2), floor.toFixed(2), `${ratio.median.toFixed(digits)}x`, spread];
}

function httpSection(adapter, rows) {
  const lines = rows.map(({ label, bare, added, ratio }) => [
    label,
    added.median.toFixed(1),
    `${added.low.toFixed(1)} to ${added.high.toFixed(1)}`,
    bare.toFixed(1),
    `${ratio.median.toFixed(2)}x`,
  ]);
  const title = adapter === 'express' ? '### Express' : '### Fastify';
  return [title, table(['', 'added, us', 'spread', 'unguarded, us', 'over unguarded'], lines)];
}

function sessionContextTable(http) {
  const lines = ADAPTERS.map((adapter) => {
    const { off, on, added, ratio } = sessionContextCost(http[adapter]);
    return [
      adapter,
      off.toFixed(1),
      on.toFixed(1),
      added.median.toFixed(1),
      `${added.low.toFixed(1)} to ${added.high.toFixed(1)}`,
      `${ratio.median.toFixed(2)}x`,
    ];
  });
  return table(['', 'off, us', 'on, us', 'added, us', 'spread', 'over off'], lines);
}

function stormsText({
  coldStart,
  madeUpKeyIds,
  badTokens,
  oneClientToken,
  rotation,
  outage,
  slowClerk,
  start,
}) {
  const { p99 } = outage;
  const lines = [
    [
      '1,000 requests before any key is known, Clerk takes 300 ms',
      `${coldStart.calls} JWKS call(s), ${coldStart.admitted} admitted`,
    ],
    [
      '10,000 tokens with made-up key ids',
      `${madeUpKeyIds.calls} call(s) in ${Math.round(madeUpKeyIds.milliseconds)} ms, ${madeUpKeyIds.admitted} admitted`,
    ],
    [
      `${badTokens.count.toLocaleString('en')} distinct bad tokens: signature, key id, payload, no token at all`,
      `heap ${Math.round(badTokens.before / 1024)} kB before, ${Math.round(badTokens.after / 1024)} kB after`,
    ],
    [
      '500 requests at once with one client token',
      `${oneClientToken.calls} call(s), ${oneClientToken.admitted} admitted`,
    ],
    ['Key rotation in the middle of traffic', `${rotation.good} of ${rotation.all} admitted`],
    [
      'Clerk hangs in the middle of traffic, keys due for a refresh',
      `${outage.during.good} of ${outage.during.all} admitted, p99 ${p99.during.toFixed(2)} ms (${p99.before.toFixed(2)} before)`,
    ],
    [
      '... and the keys stale',
      `${outage.later.good} of ${outage.later.all} admitted, p99 ${p99.later.toFixed(2)} ms`,
    ],
    [
      '... and 20 tokens with a key nobody knows',
      `${outage.unknown.unavailable} times 503, the last after ${Math.round(outage.unknown.slowest)} ms`,
    ],
    [
      'Client tokens under a 20 ms Clerk, 64 connections',
      `${Math.round(slowClerk.ours)}/s; the bare coalesced call ${Math.round(slowClerk.coalesced)}/s`,
    ],
    [
      'Boot of an Express application',
      `${start.without.toFixed(0)} ms without the module, ${start.with.toFixed(0)} with it, ${start.hanging.toFixed(0)} while Clerk hangs; importing it ${start.load.toFixed(0)} ms`,
    ],
  ];
  return table(['storm', 'what came of it'], lines);
}

function placeText(load) {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
  const versions = Object.entries(manifest.dependencies).map(
    ([name, version]) => `${name} ${version}`,
  );
  return [
    `- ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, OpenSSL ${process.versions.openssl}, Linux ${release()}`,
    `- ${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB; load average when it began: ${load.toFixed(2)}`,
    `- ${PINNED ? 'what is measured on one core, the load on the other' : 'not pinned to cores'}; ${SCALE.inProcessRounds} rounds in process, ${SCALE.httpRounds} over HTTP`,
    `- ${versions.join(', ')}`,
  ].join('\n');
}

function table(head, lines) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column > 0 && isNumeric(lines, column) ? '--:' : '---'));
  return [row(head), row(rule), ...lines.map(row)].join('\n');
}

function isNumeric(lines, column) {
  return lines.every((cells) => /^[\d.+-]+x?$/.test(cells[column]));
}
