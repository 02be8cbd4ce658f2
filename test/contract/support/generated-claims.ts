import type { Dice } from './dice.js';

/** Claims as a token's JSON may hold them, or a demand as JavaScript may write it. */
export type Loose = Readonly<Record<string, unknown>>;

/** Few, and some more often than others: what is demanded must often be what is there. */
const SLUGS = ['invoices', 'invoices', 'invoices', 'invoices', 'reports', 'o', 'org'] as const;
const NAMES = ['read', 'read', 'read', 'create', 'delete'] as const;
const ROLES = ['admin', 'member', 'billing:manager'] as const;
const PREFIXES = [
  '',
  '',
  'org:',
  'org:',
  'org:',
  'org:org:',
  'org:org:org:',
  'ORG:',
  'org',
] as const;
const NO_TEXTS = [null, 0, 5, true, false, [], ['org:admin'], ['invoices'], {}] as const;
const AGES = [-1, 0, 4, 5, 9, 10, 11, 59, 60, 1439, 1440, 9.5, 9999] as const;
const NO_AGES = [-2, -0.5, '0', null, true, [], Number.POSITIVE_INFINITY] as const;

/** More than a mask of 53 bits has room for. */
const MANY_NAMES: readonly string[] = Array.from({ length: 70 }, (_, at) => `p${String(at)}`);

/** The claims of a session token that matter here, mostly as Clerk writes them. */
export function generateClaims(dice: Dice): Loose {
  const version = dice.pick([2, 2, 2, 2, 2, 2, undefined, undefined, 1, 3, '2', null]);
  const isBoth = dice.chance(0.1);
  return leaveOut({
    sub: dice.chance(0.01) ? '' : 'user_ada',
    sid: 'sess_ada',
    exp: 2_000_000_000,
    v: version,
    sts: dice.pick([undefined, undefined, 'active', 'active', 'active', 'active', 'pending', 'x']),
    fva: dice.chance(0.1) ? undefined : generateAges(dice),
    fea: dice.chance(0.1) ? undefined : generateScopedList(dice),
    pla: dice.chance(0.2) ? undefined : generateScopedList(dice),
    ...(version === 2 || isBoth ? { o: generateOrganization(dice) } : {}),
    ...(version !== 2 || isBoth ? generateOrganizationV1(dice) : {}),
  });
}

function generateOrganization(dice: Dice): unknown {
  if (dice.chance(0.05)) return undefined;
  return dice.mostly(
    () =>
      leaveOut({
        id: dice.mostly(() => 'org_acme', ['', undefined, null, 7, true, ['org_acme']], 0.03),
        slg: 'acme',
        rol: dice.mostly(
          () => dice.pick(['', '', 'org:', 'org:org:']) + dice.pick(ROLES),
          ['', undefined, null, 7, ['admin'], ' '],
        ),
        ...generatePermissions(dice),
      }),
    [null, 'org_acme', 7, [], {}, false],
    0.03,
  );
}

function generatePermissions(dice: Dice): object {
  const names = dice.chance(0.3) ? MANY_NAMES : dice.some([...NAMES, ...NAMES, '', ' '], 4);
  const masks = Array.from({ length: 1 + dice.upTo(4) }, () => generateMask(dice));
  const comma = dice.pick([',', ',', ', ', ' ,']);
  return {
    per: dice.mostly(() => names.join(comma), [undefined, null, '', 0, 7, ['read']], 0.08),
    fpm: dice.mostly(() => masks.join(comma), [undefined, null, '', 0, 3, [3]], 0.08),
  };
}

function generateMask(dice: Dice): string {
  if (dice.chance(0.1)) {
    return dice.pick(['-1', '1.5', '1x', '', ' ', '0x3', '1e3', '+1', '٣', '1 1', 'NaN', '１']);
  }
  if (dice.chance(0.4)) return generateLongMask(dice);
  const small = String(dice.upTo(7));
  return dice.pick([small, '7', `00${small}`, '9'.repeat(40)]);
}

/** A bit for each of many names. */
function generateLongMask(dice: Dice): string {
  const bits = Array.from({ length: 72 }, () => (dice.chance(0.5) ? '1' : '0'));
  return BigInt(`0b${bits.join('')}`).toString();
}

function generateOrganizationV1(dice: Dice): object {
  const permissions = (): unknown[] => dice.some([...PERMISSIONS, '', 'read', null, 7], 5);
  return {
    org_id: dice.mostly(() => 'org_acme', [undefined, undefined, '', null, 7, true], 0.15),
    org_slug: 'acme',
    org_role: dice.mostly(
      () => dice.pick(PREFIXES) + dice.pick(ROLES),
      [undefined, '', 'org:', null, 7, ['org:admin'], {}],
    ),
    org_permissions: dice.mostly(permissions, [undefined, null, 'org:invoices:read', {}, 7]),
  };
}

const PERMISSIONS: readonly string[] = SLUGS.flatMap((slug) =>
  NAMES.map((name) => `org:${slug}:${name}`),
);

/** `fea` and `pla`: `o:invoices,u:themes`. */
function generateScopedList(dice: Dice): unknown {
  const list = Array.from({ length: 1 + dice.upTo(4) }, () => generateEntry(dice));
  const text = (): string => list.join(dice.pick([',', ',', ', ', ' , ']));
  return dice.mostly(text, ['', ' ', ',', null, 0, 7, true, ['o:invoices'], {}], 0.04);
}

function generateEntry(dice: Dice): string {
  const slug = dice.pick([...SLUGS, ...SLUGS, ...SLUGS, '', ' invoices', 'invoices:extra']);
  if (dice.chance(0.01)) return slug;
  const scope = dice.pick(['o', 'o', 'o', 'o', 'u', 'u', 'ou', 'uo', 'O', 'org', 'oo', '', 'o ']);
  return `${scope}:${slug}`;
}

function generateAges(dice: Dice): unknown {
  const age = (): unknown => dice.mostly(() => dice.pick(AGES), NO_AGES, 0.02);
  const odd = [null, 0, '', '0,0', 9, {}, [], [0], [0, 0, 0], { 0: 0, 1: 0, length: 2 }];
  return dice.mostly(() => [age(), age()], odd);
}

/** What `has()` is asked for: mostly one thing, sometimes several, sometimes nonsense. */
export function generateDemand(dice: Dice): Loose {
  if (dice.chance(0.01)) return {};
  const kinds = Object.keys(GENERATORS) as (keyof typeof GENERATORS)[];
  const wanted = [dice.pick(kinds), ...(dice.chance(0.4) ? dice.some(kinds, 2) : [])];
  // An absent demand and one that is `undefined` are the same.
  return Object.fromEntries(
    wanted.map((kind) => [kind, dice.chance(0.02) ? undefined : GENERATORS[kind](dice)]),
  );
}

const GENERATORS = {
  role: (dice: Dice) =>
    dice.mostly(() => dice.pick(PREFIXES) + dice.pick(ROLES), [...NO_TEXTS, '', 'org:', ' ']),
  permission: (dice: Dice) =>
    dice.mostly(() => generatePermission(dice), [...NO_TEXTS, '', 'org:']),
  feature: (dice: Dice) => dice.mostly(() => generateEntitlement(dice), [...NO_TEXTS, '', ':']),
  plan: (dice: Dice) => dice.mostly(() => generateEntitlement(dice), [...NO_TEXTS, '', ':']),
  reverification: (dice: Dice) => dice.mostly(() => generateReverification(dice), NO_TEXTS),
} as const;

function generatePermission(dice: Dice): string {
  const name = dice.chance(0.3)
    ? dice.pick(['p0', 'p31', 'p52', 'p54', 'p64', 'p69'])
    : dice.pick([...NAMES, ...NAMES, '']);
  return `${dice.pick(PREFIXES)}${dice.pick(SLUGS)}:${name}`;
}

function generateEntitlement(dice: Dice): string {
  const scope = dice.pick([
    '',
    '',
    '',
    'o:',
    'org:',
    'organization:',
    'u:',
    'user:',
    'x:',
    'ou:',
    ':',
  ]);
  return scope + dice.pick([...SLUGS, ...SLUGS, '', 'invoices:extra', ' invoices']);
}

function generateReverification(dice: Dice): unknown {
  const presets = ['strict_mfa', 'strict', 'moderate', 'lax'];
  const odd = ['constructor', '__proto__', 'Strict', '', 'first_factor', 10, () => 'strict'];
  if (dice.chance(0.5)) return dice.mostly(() => dice.pick(presets), odd, 0.1);
  const level = dice.pick(['first_factor', 'second_factor', 'multi_factor']);
  return {
    level: dice.mostly(() => level, [undefined, null, 'third_factor', ['first_factor'], 1]),
    afterMinutes: dice.mostly(
      () => dice.pick([0.5, 1, 5, 10, 60, 1440, Number.POSITIVE_INFINITY]),
      [undefined, null, 0, -1, Number.NaN, '10', true],
      0.1,
    ),
  };
}

/** JSON has no `undefined`. */
function leaveOut(claims: object): Loose {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
