import { getAuthObjectFromJwt } from '@clerk/backend/internal';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Session, type SessionClaims } from 'nestjs-clerk-auth';
import { Dice } from './support/dice.js';
import { generateClaims, generateDemand, type Loose } from './support/generated-claims.js';

type Has = (demand: Loose) => boolean;

/** Another seed, other claims; whatever it is, the promises hold. */
const SEED = Number(process.env.HAS_SEED ?? 20_261_001);
const TOKENS = 7000;
const DEMANDS = 20;

function ours(claims: Loose): Has {
  const session = Session.fromClaims(claims as unknown as SessionClaims);
  return (demand) => session.has(demand);
}

type Jwt = Parameters<typeof getAuthObjectFromJwt>[0];

/** The official implementation, as Clerk's own SDKs come by it; it throws on some claims. */
function theirs(claims: Loose, treatPendingAsSignedOut = true): Has {
  const jwt = { raw: { text: 'a.b.c' }, payload: claims } as unknown as Jwt;
  const auth = getAuthObjectFromJwt(jwt, { treatPendingAsSignedOut });
  return (demand) => auth.has(demand);
}

/** Claims that Clerk does not write, and of which the two make something else. */
interface Difference {
  readonly claims: string;
  /** Theirs crashes, or believes them. Ours takes them as if they were not there. */
  readonly theirs: 'throws' | 'believes';
  readonly applies: (claims: Loose) => boolean;
  readonly without: (claims: Loose) => Loose;
}

/** Also in docs/protocol.md. */
const DIFFERENCES: readonly Difference[] = [
  {
    claims: 'version 2, organization, `fea` with an element without colon, or not a text',
    theirs: 'throws',
    applies: (claims) => isVersion2(claims) && !isScopedList(claims.fea),
    without: ({ fea: _, ...claims }) => claims,
  },
  {
    claims: 'version 2, organization, `per` or `fpm` not a text',
    theirs: 'throws',
    applies: (claims) => {
      const { per, fpm } = organizationOf(claims);
      const isThere = Boolean(per) && Boolean(fpm);
      return isThere && !(typeof per === 'string' && typeof fpm === 'string');
    },
    without: (claims) => withOrganization(claims, { per: '', fpm: '' }),
  },
  {
    claims: 'organization id not a text',
    theirs: 'believes',
    applies: (claims) => isBelieved(isVersion2(claims) ? organizationOf(claims).id : claims.org_id),
    without: ({ o: _, org_id: __, ...claims }) => claims,
  },
  {
    claims: 'version 2, role not a text',
    theirs: 'believes',
    applies: (claims) => isBelieved(organizationOf(claims).rol),
    without: (claims) => withOrganization(claims, { rol: '' }),
  },
];

function isVersion2({ v, o }: Loose): boolean {
  return v === 2 && Boolean(o);
}

function organizationOf(claims: Loose): Loose {
  return isVersion2(claims) ? (claims.o as Loose) : {};
}

function withOrganization(claims: Loose, change: Loose): Loose {
  return { ...claims, o: { ...(claims.o as Loose), ...change } };
}

function isScopedList(claim: unknown): boolean {
  if (!claim) return true;
  return typeof claim === 'string' && claim.split(',').every((element) => element.includes(':'));
}

function isBelieved(value: unknown): boolean {
  return Boolean(value) && typeof value !== 'string';
}

/** What the two say to one demand. `undefined`: theirs throws. */
interface Comparison {
  readonly claims: Loose;
  readonly demand: Loose;
  readonly ours: boolean;
  readonly theirs: boolean | undefined;
  /** Theirs, once what is different was taken out of the claims. */
  readonly theirsWithout: boolean;
  readonly differences: readonly Difference[];
}

function compare(dice: Dice): Comparison[] {
  const claims = generateClaims(dice);
  const differences = DIFFERENCES.filter(({ applies }) => applies(claims));
  const readable = differences.reduce((rest, { without }) => without(rest), claims);
  const official = attempt(claims);
  const without = official !== undefined && readable === claims ? official : theirs(readable);
  const own = ours(claims);
  return Array.from({ length: DEMANDS }, () => {
    const demand = generateDemand(dice);
    return {
      claims,
      demand,
      ours: own(demand),
      theirs: official?.(demand),
      theirsWithout: without(demand),
      differences,
    };
  });
}

function attempt(claims: Loose): Has | undefined {
  try {
    return theirs(claims);
  } catch {
    return undefined;
  }
}

describe('session.has() and the has() of @clerk/backend', () => {
  let all: readonly Comparison[];
  let wellFormed: readonly Comparison[];

  beforeAll(() => {
    const dice = new Dice(SEED);
    all = Array.from({ length: TOKENS }, () => compare(dice)).flat();
    wellFormed = all.filter(({ differences }) => differences.length === 0);
  });

  /** The first few tell enough. */
  const showNone = (found: readonly Comparison[]): void => {
    expect(found.slice(0, 3)).toEqual([]);
  };

  it('agree on more than a hundred thousand demands', () => {
    expect(wellFormed.length).toBeGreaterThanOrEqual(100_000);
    showNone(wellFormed.filter((said) => said.theirs !== said.ours));
  });

  it.each(['role', 'permission', 'feature', 'plan', 'reverification'])(
    'both say yes often, and no often, to a %s',
    (kind) => {
      const alone = wellFormed.filter(({ demand }) => Object.keys(demand).join() === kind);
      const yes = alone.filter((said) => said.ours).length;
      expect(alone.length).toBeGreaterThan(10_000);
      expect(yes / alone.length).toBeGreaterThan(0.05);
      expect(yes / alone.length).toBeLessThan(0.95);
    },
  );

  it('both say yes often to several demands, and no to none', () => {
    const several = wellFormed.filter(({ demand }) => Object.keys(demand).length > 1);
    expect(several.length).toBeGreaterThan(10_000);
    expect(several.filter((said) => said.ours).length).toBeGreaterThan(500);
    const none = all.filter(({ demand }) => Object.keys(demand).length === 0);
    expect(none.length).toBeGreaterThan(1000);
    showNone(none.filter((said) => said.ours));
  });

  it('tell permissions apart beyond the 53rd bit', () => {
    const late = wellFormed.filter(({ demand: { permission } }) =>
      /:p(?:54|64|69)$/.test(String(permission)),
    );
    expect(late.filter((said) => said.ours).length).toBeGreaterThan(10);
    expect(late.filter((said) => !said.ours).length).toBeGreaterThan(10);
  });

  it('differ in what is on the list, and in nothing else: ours never says yes where theirs says no', () => {
    showNone(all.filter((said) => said.ours && said.theirs === false));
    showNone(all.filter((said) => said.theirs === undefined && !said.differences.some(isThrowing)));
  });

  it.each(DIFFERENCES)(
    '$claims: theirs $theirs, ours acts as if it were not there',
    (difference) => {
      const listed = all.filter(({ differences }) => differences.includes(difference));
      expect(listed.length).toBeGreaterThan(100);
      showNone(listed.filter((said) => said.ours !== said.theirsWithout));
      if (isThrowing(difference)) {
        showNone(listed.filter((said) => said.theirs !== undefined));
      } else {
        expect(listed.filter((said) => said.theirs && !said.ours).length).toBeGreaterThan(10);
      }
    },
  );

  it('differ on a pending session that treatPendingAsSignedOut: false lets in: ours says no', () => {
    const claims = { sub: 'user_ada', sid: 'sess_ada', exp: 1, v: 2, sts: 'pending', fea: 'u:x' };
    const demand = { feature: 'x' };
    expect(theirs(claims, false)(demand)).toBe(true);
    expect(theirs(claims)(demand)).toBe(false);
    expect(ours(claims)(demand)).toBe(false);
  });
});

function isThrowing(difference: Difference): boolean {
  return difference.theirs === 'throws';
}
