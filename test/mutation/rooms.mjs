/** The rooms that decide who gets in, and the tests that must notice a fault there. Few, for they run for every fault. */
const ROOMS = {
  policy: {
    mutate: ['src/policy/**/*.ts'],
    specs: ['unit/policy-names-the-first-demand-that-is-not-met'],
  },
  credentials: {
    mutate: ['src/credentials/**/*.ts'],
    specs: ['unit/credentials-are-told-by-their-shape'],
  },
  verification: {
    mutate: ['src/verification/**/*.ts'],
    specs: [
      'unit/verification-proves-a-signed-token-or-says-why-not',
      'unit/verified-tokens-are-found-by-their-whole-text',
      'unit/what-clerk-says-is-judged-and-asked-once',
    ],
  },
  access: {
    mutate: ['src/access/**/*.ts', ...doors().map((file) => `!${file}`)],
    specs: [
      'unit/guard-lets-nobody-in-whom-the-rule-does-not',
      'unit/route-demands-are-read-as-they-are-written',
      'unit/route-demands-that-mean-nothing-stop-the-boot',
    ],
  },
  // What only a running application can show: seconds for every fault instead of milliseconds.
  doors: {
    mutate: doors(),
    specs: [
      'e2e/service-answers-with-a-session-or-says-why-not',
      'e2e/refusals-look-as-they-should-and-give-nothing-away',
      'e2e/guards-agree-and-verify-once',
      'e2e/machines-come-in-only-where-they-are-accepted',
      'e2e/a-route-that-cannot-be-judged-is-an-error-and-never-a-pass',
      'e2e/boot-audit-refuses-routes-that-no-guard-reaches',
    ],
  },
};

function doors() {
  return [
    'assert-looked',
    'caller-parameter',
    'clerk-session-middleware',
    'current-caller',
    'current-machine',
    'current-session',
    'refusal-filter',
    'session-of',
    'session-service',
  ].map((file) => `src/access/${file}.ts`);
}

/** The room that the environment variable `ROOM` names; without it all of them at once, which takes its time. */
export function askedRoom() {
  const name = process.env.ROOM ?? 'all';
  if (Object.hasOwn(ROOMS, name)) return { name, ...ROOMS[name] };
  if (name !== 'all') throw new Error(`ROOM is none of ${Object.keys(ROOMS).join(', ')}.`);
  const rooms = Object.values(ROOMS);
  return {
    name,
    mutate: ['policy', 'credentials', 'verification', 'access'].map(
      (room) => `src/${room}/**/*.ts`,
    ),
    specs: rooms.flatMap(({ specs }) => specs),
  };
}
