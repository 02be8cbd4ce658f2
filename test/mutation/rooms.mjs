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
  // The door that sends browsers away and believes nothing that they bring back: its steps are told by text alone.
  'page-steps': {
    mutate: pageSteps(),
    specs: [
      'unit/pages-steps-are-told-by-text-alone',
      'unit/pages-wrong-settings-are-told-all-at-once',
    ],
  },
  // And who takes them: a browser's hops over HTTP for every fault.
  pages: {
    mutate: ['src/doors/pages/**/*.ts', ...pageSteps().map((file) => `!${file}`)],
    specs: [
      'e2e/pages-a-browser-is-never-sent-round-and-round',
      'e2e/pages-each-cell-of-the-table-is-answered-as-it-says',
      'e2e/pages-each-redirect-says-what-it-must-and-no-more',
      'e2e/pages-htmx-asks-for-the-whole-page',
      'e2e/pages-leave-graphql-as-it-is',
      'e2e/pages-navigations-get-a-fresh-token',
      'e2e/pages-of-a-test-send-nobody-to-clerk',
      'e2e/pages-only-navigations-are-sent-anywhere',
      'e2e/pages-over-http2-are-answered-as-over-http1',
      'e2e/pages-redirects-survive-filters-and-proxies',
      'e2e/pages-satellites-are-synced-with-their-primary-domain',
      'e2e/pages-tokens-are-refreshed-without-the-browser-noticing',
      'e2e/pages-views-know-who-is-signed-in',
      'e2e/pages-what-comes-back-from-clerk-is-judged',
      'e2e/pages-written-by-hand-are-answered-as-any-other',
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

function pageSteps() {
  return [
    'clerk-scripts',
    'cookie-header',
    'handshake-reason',
    'handshake-url',
    'listed-satellite',
    'loop-counts',
    'name-before-equals',
    'navigation-kind',
    'own-origin',
    'own-target',
    'page-notices',
    'pages-settings',
    'portal-url',
    'query-text',
    'set-cookie-line',
    'shared-answers',
    'sign-in-url',
    'synced',
  ].map((file) => `src/doors/pages/${file}.ts`);
}

/** The room that the environment variable `ROOM` names; without it all of them at once, which takes its time. */
export function askedRoom() {
  const name = process.env.ROOM ?? 'all';
  if (Object.hasOwn(ROOMS, name)) return { name, ...ROOMS[name] };
  if (name !== 'all') throw new Error(`ROOM is none of ${Object.keys(ROOMS).join(', ')}.`);
  const rooms = Object.values(ROOMS);
  return {
    name,
    mutate: ['policy', 'credentials', 'verification', 'access', 'doors/pages'].map(
      (room) => `src/${room}/**/*.ts`,
    ),
    specs: rooms.flatMap(({ specs }) => specs),
  };
}
