// The laws of the house, as docs/architecture.md draws it. Each rule is proved to fire in
// test/contract/architecture-laws-hold.spec.ts: a law without a planted violation is a wish.

/**
 * imports: rooms this one may use. types: rooms it may name in `import type` only.
 * nest: may know Nest. wire: may hold what opens a connection.
 */
const rooms = {
  errors: {},
  // Nest's logger is all that it knows.
  diagnostics: { nest: true },
  revocation: { imports: ['errors'] },
  config: { imports: ['errors'], types: ['revocation'] },
  transport: { imports: ['errors'], nest: true },
  credentials: { imports: ['errors', 'config'], types: ['transport'] },
  verification: { imports: ['errors', 'config', 'credentials', 'revocation'] },
  'backend-api': {
    imports: ['errors', 'diagnostics', 'config'],
    types: ['verification', 'users', 'health'],
    nest: true,
    wire: true,
  },
  health: { nest: true },
  users: { imports: ['errors', 'config', 'verification'] },
  session: {
    imports: ['errors', 'diagnostics', 'credentials', 'verification', 'users'],
    types: ['transport'],
  },
  context: { imports: ['errors', 'transport', 'session'], nest: true },
  connections: { imports: ['errors', 'session'], types: ['transport'] },
  policy: { types: ['errors', 'session'] },
  access: {
    imports: [
      'errors',
      'diagnostics',
      'revocation',
      'transport',
      'session',
      'users',
      'context',
      'connections',
      'policy',
    ],
    nest: true,
  },
  audit: { imports: ['errors', 'policy', 'access'], types: ['credentials'], nest: true },
  module: {
    imports: [
      'errors',
      'revocation',
      'config',
      'transport',
      'credentials',
      'verification',
      'backend-api',
      'health',
      'session',
      'users',
      'context',
      'connections',
      'policy',
      'access',
      'audit',
    ],
    nest: true,
    // For the HttpModule and its agents; that it sends nothing itself is for review to see.
    wire: true,
  },
  // Doors: a sub-path of the package each, led to by no room and by no other door.
  'doors/testing': {
    imports: ['errors', 'config', 'credentials', 'verification', 'session'],
    types: ['users'],
    door: true,
    wire: true,
  },
  'doors/websockets': {
    imports: ['errors', 'transport', 'session', 'access'],
    door: true,
    nest: true,
  },
  'doors/microservices': { imports: ['errors', 'transport'], door: true, nest: true },
  'doors/webhooks': {
    imports: ['errors', 'revocation', 'config', 'transport', 'access', 'module'],
    door: true,
    nest: true,
  },
  // The ports that it fills, as types and as the classes that they are.
  'doors/redis': { imports: ['errors', 'revocation', 'doors/webhooks'], door: true },
  'doors/throttler': {
    imports: ['errors', 'transport', 'session', 'access', 'audit'],
    types: ['credentials'],
    door: true,
    nest: true,
  },
  'doors/health': { imports: ['health'], door: true, nest: true },
  'doors/swagger': {
    imports: ['errors', 'policy', 'access', 'audit', 'module'],
    types: ['config', 'credentials'],
    door: true,
    nest: true,
  },
  'doors/pages': {
    imports: [
      'errors',
      'config',
      'transport',
      'credentials',
      'verification',
      'session',
      'access',
      'module',
    ],
    types: ['backend-api'],
    door: true,
    nest: true,
  },
  'doors/opentelemetry': {
    imports: ['diagnostics'],
    types: ['session', 'backend-api', 'access'],
    door: true,
  },
  'doors/clerk-client': { imports: ['errors', 'config', 'module'], door: true, nest: true },
};

const names = Object.keys(rooms);
const doors = names.filter((name) => rooms[name].door);
const any = (list) => (list.length > 0 ? `(?:${list.join('|')})` : '(?!)');
const inside = (list) => `^src/${any(list)}/`;
const having = (trait) => names.filter((name) => rooms[name][trait]);

const index = '(?:^|/)index\\.[cm]?[jt]sx?$';
const doorFile = `^src/(?:${any(doors)}/)?index\\.ts$`;
// Matches a package wherever it was installed, and also where it could not be resolved at all.
const pkg = (name) => `(?:^|node_modules/)${name}(?:/|$)`;

const tableRules = names.flatMap((name) => {
  const { imports = [], types = [] } = rooms[name];
  return [
    {
      name: `table:${name}`,
      comment: `${name}/ may import: ${[...imports, ...types].join(', ') || 'no other room'}.`,
      severity: 'error',
      from: { path: inside([name]) },
      to: { path: '^src/', pathNot: inside([name, ...imports, ...types]) },
    },
    ...(types.length > 0
      ? [
          {
            name: `table:${name}:types-only`,
            comment: `${name}/ may take only types from: ${types.join(', ')}.`,
            severity: 'error',
            from: { path: inside([name]) },
            to: { path: inside(types), dependencyTypesNot: ['type-only'] },
          },
        ]
      : []),
  ];
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Under ESM a cycle is fatal as soon as a decorator evaluates; types count as well.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nest-only-where-marked',
      comment: `@nestjs/* belongs to ${having('nest').join(', ')} and the front door.`,
      severity: 'error',
      from: { path: '^src/', pathNot: [inside(having('nest')), '^src/index\\.ts$'] },
      to: { path: pkg('@nestjs') },
    },
    {
      name: 'wire-only-from-backend-api',
      comment: 'Clerk is spoken to only from backend-api/ (doors/testing/ is a Clerk of its own).',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(having('wire')) },
      to: { path: [pkg('@nestjs/axios'), pkg('axios'), pkg('undici')] },
    },
    {
      name: 'wire-only-from-backend-api:node',
      comment: 'The same for Node itself, types aside: transport/ may name an IncomingMessage.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(having('wire')) },
      to: {
        path: '^(?:node:)?(?:http|https|http2|net|tls)$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-nest-deep-imports',
      comment: 'Paths inside Nest differ between 11 and 12; import the package itself.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: '(?:^|node_modules/)@nestjs/[^/]+/.+',
        pathNot: '(?:^|node_modules/)@nestjs/[^/]+/(?:dist/)?index\\.(?:js|d\\.ts)$',
      },
    },
    {
      name: 'only-doors-are-index-files',
      comment: 'Import the file you mean. An index inside a room is a barrel.',
      severity: 'error',
      from: { path: `^src/.*${index}`, pathNot: doorFile },
      to: {},
    },
    {
      name: 'only-doors-are-index-files:empty',
      comment: 'The same, for an index that imports nothing and that nothing imports.',
      severity: 'error',
      from: { orphan: true, path: `^src/.*${index}`, pathNot: doorFile },
      to: {},
    },
    {
      name: 'nobody-imports-an-index',
      comment: 'A door is for those outside the house.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: `^src/.*${index}` },
    },
    {
      name: 'front-door-leads-to-no-other-door',
      comment: 'Loading the package must load neither its testing tools nor an optional package.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: inside(doors) },
    },
    {
      name: 'every-room-is-on-the-plan',
      comment: 'A new room gets its line in the table at the top of this file first.',
      severity: 'error',
      from: { path: '^src/', pathNot: [inside(names), '^src/index\\.ts$'] },
      to: {},
    },
    {
      name: 'every-room-is-on-the-plan:orphan',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: [inside(names), '^src/index\\.ts$'] },
      to: {},
    },
    {
      name: 'no-dev-dependency-in-src',
      comment: 'What only developers install is not there for users.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer'] },
    },
    {
      name: 'no-undeclared-dependency',
      comment: 'What package.json does not name is not there for users either.',
      severity: 'error',
      from: { path: '^src/' },
      // What peerDependenciesMeta names as optional is taken for undeclared as well.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'src-stays-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|sample|bench|scripts|dist)/' },
    },
    ...tableRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    // `from: src` would otherwise pull in whatever the package's own name maps to.
    tsConfig: { fileName: `${__dirname}/tsconfig.build.json` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
};
