/** When the user last proved to be the one. In milliseconds since 1970; tokens tell it as ages in minutes (`fva`). */
export interface VerifiedAt {
  /** Such as a password or a code by e-mail. */
  readonly firstFactor: number;
  /** `null` for a user without a second factor. */
  readonly secondFactor: number | null;
}

/** Minutes since each factor was proved; -1 for a second factor that the user does not have. */
export type FactorAges = readonly [firstFactor: number, secondFactor: number];

/** Clerk's words for what has to be proved again. */
export type ReverificationLevel = 'first_factor' | 'second_factor' | 'multi_factor';

const MINUTE = 60_000;

/** Whoever signs in proves the first factor. */
export function provedOnSignIn(now: number): VerifiedAt {
  return { firstFactor: now, secondFactor: null };
}

/** As long ago as the ages say. */
export function provedAgo([first, second]: FactorAges, now: number): VerifiedAt {
  const secondFactor = second === -1 ? null : now - second * MINUTE;
  return { firstFactor: now - first * MINUTE, secondFactor };
}

/** Proved again now. Like Clerk, takes the first factor of whoever has no second one. */
export function provedAgain(
  { firstFactor, secondFactor }: VerifiedAt,
  level: ReverificationLevel,
  now: number,
): VerifiedAt {
  if (secondFactor === null) return { firstFactor: now, secondFactor };
  switch (level) {
    case 'first_factor':
      return { firstFactor: now, secondFactor };
    case 'second_factor':
      return { firstFactor, secondFactor: now };
    case 'multi_factor':
      return { firstFactor: now, secondFactor: now };
    default:
      return level satisfies never;
  }
}

/** In whole minutes, as Clerk counts them. */
export function factorAges({ firstFactor, secondFactor }: VerifiedAt, now: number): FactorAges {
  const age = (time: number): number => Math.max(0, Math.floor((now - time) / MINUTE));
  return [age(firstFactor), secondFactor === null ? -1 : age(secondFactor)];
}
