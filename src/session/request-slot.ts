import type { AcceptedTokens } from '../credentials/token-type.js';
import type { Eventually } from '../verification/eventually.js';
import type { Authentication } from './authentication.js';
import { sessionIn } from './caller-in.js';
import { holdAdmitted, holdObserved, type SessionHolder } from './session-holder.js';
import type { Standing } from './standing.js';

/** Who looked at a request, and for which kinds of tokens: answers are shared neither between instances nor kinds. */
interface Look {
  readonly by: object;
  readonly accepted: AcceptedTokens;
}

/** What one look found out. */
export interface Answer extends Look {
  readonly authentication: Eventually<Authentication>;
  /** When it was found out, in milliseconds since the epoch; 0 where the answer itself tells when it ends. */
  readonly at: number;
}

/** Everything this package knows about one request. */
interface Slot {
  /** What the first look found out; nearly always there is no other. */
  answer: Answer | undefined;
  /** One for each further look. */
  others: Answer[] | undefined;
  /** What a guard let in. */
  admitted: Authentication | undefined;
  /** What the middleware saw, which decides nothing. */
  observed: Authentication | undefined;
  /** For whom a connection was let in: one for each Clerk instance, and only on connections. */
  standings: KeptStanding[] | undefined;
  /** Where those look who do not have the request; only with `sessionContext`. */
  holder: SessionHolder | undefined;
  /** What the pages of an application note on a request that was let in so far. */
  visit: KeptVisit | undefined;
}

interface KeptVisit {
  readonly by: object;
  readonly visit: object;
}

interface KeptStanding {
  readonly by: object;
  readonly standing: Standing;
}

/** Puts and finds the slot of a request. */
interface SlotStamp {
  read(carrier: object): Slot | undefined;
  put(carrier: object, slot: Slot): void;
}

/**
 * A private field, stamped onto the request by a constructor whose parent returns it. Nobody else can read or fill it,
 * it shows in no copy and no log, it works on a frozen object, and unlike a property it does not change the shape of
 * the request for those who read it later.
 */
function createStamp(): SlotStamp {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its constructor returns what it is given
  class Carrier {
    constructor(carrier: object) {
      return carrier;
    }
  }
  class Stamped extends Carrier {
    readonly #slot: Slot;

    constructor(carrier: object, slot: Slot) {
      super(carrier);
      this.#slot = slot;
    }

    static slotOf(carrier: object): Slot | undefined {
      return #slot in carrier ? carrier.#slot : undefined;
    }
  }
  return {
    read: (carrier) => Stamped.slotOf(carrier),
    put: (carrier, slot) => {
      new Stamped(carrier, slot);
    },
  };
}

/** Registered once for each process, so that two copies of this package (ESM and CommonJS) find the same slot. */
const STAMP: unique symbol = Symbol.for('nestjs-clerk-auth:request-slot:1');

const stamp = sharedStamp(globalThis as { [STAMP]?: SlotStamp });

function sharedStamp(registry: { [STAMP]?: SlotStamp }): SlotStamp {
  const known = registry[STAMP];
  if (known !== undefined) return known;
  const created = Object.freeze(createStamp());
  Object.defineProperty(registry, STAMP, { value: created });
  return created;
}

/** What was found out about a request by the same look before. */
export function findAnswer(
  carrier: object,
  by: object,
  accepted: AcceptedTokens,
): Answer | undefined {
  const slot = stamp.read(carrier);
  if (slot?.answer === undefined || isOf(slot.answer, by, accepted)) return slot?.answer;
  return slot.others?.find((answer) => isOf(answer, by, accepted));
}

/** Keeps an answer in the place of what the same look found out before. */
export function keepAnswer(carrier: object, answer: Answer): void {
  const slot = slotOf(carrier);
  if (slot.answer === undefined || isOf(slot.answer, answer.by, answer.accepted)) {
    slot.answer = answer;
    return;
  }
  const others = slot.others?.filter((other) => !isOf(other, answer.by, answer.accepted)) ?? [];
  slot.others = [...others, answer];
}

/** Forgets what an instance found out about a request, for whatever kinds of tokens: the request is not what it was. */
export function forgetAnswers(carrier: object, by: object): void {
  const slot = stamp.read(carrier);
  if (slot === undefined) return;
  const [answer, ...others] = [slot.answer, ...(slot.others ?? [])].filter(
    (kept) => kept !== undefined && kept.by !== by,
  );
  slot.answer = answer;
  slot.others = others.filter((kept) => kept !== undefined);
}

function isOf(answer: Answer, by: object, accepted: AcceptedTokens): boolean {
  return answer.by === by && answer.accepted === accepted;
}

/** Marks whom a guard let in. Only guards do: whoever else looks at the request changes nothing about it. */
export function markAdmitted(carrier: object, by: object, authentication: Authentication): void {
  const slot = slotOf(carrier);
  slot.admitted = authentication;
  if (slot.holder !== undefined) holdAdmitted(slot.holder, by, sessionIn(authentication));
}

/** Whom the last guard let in; `undefined` when none did. */
export function admittedOn(carrier: object): Authentication | undefined {
  return stamp.read(carrier)?.admitted;
}

/** Marks whom the middleware saw. */
export function markObserved(carrier: object, by: object, authentication: Authentication): void {
  const slot = slotOf(carrier);
  slot.observed = authentication;
  if (slot.holder !== undefined) holdObserved(slot.holder, by, sessionIn(authentication));
}

/** Whom a guard let in or, before any guard did, whom the middleware saw. */
export function knownOn(carrier: object): Authentication | undefined {
  const slot = stamp.read(carrier);
  return slot?.admitted ?? slot?.observed;
}

/** Has whoever is marked from now on held elsewhere too. The request leads to the holder, and never back. */
export function keepHolder(carrier: object, holder: SessionHolder): void {
  slotOf(carrier).holder = holder;
}

export function holderOn(carrier: object): SessionHolder | undefined {
  return stamp.read(carrier)?.holder;
}

/** Notes something on a request for its own maker; `undefined` takes it off. A field of the slot costs next to nothing. */
export function keepVisit(carrier: object, by: object, visit: object | undefined): void {
  slotOf(carrier).visit = visit === undefined ? undefined : { by, visit };
}

/** What the same maker noted on a request. */
export function visitOn(carrier: object, by: object): object | undefined {
  const kept = stamp.read(carrier)?.visit;
  return kept?.by === by ? kept.visit : undefined;
}

/** For whom a Clerk instance let a connection in. */
export function findStanding(connection: object, by: object): Standing | undefined {
  return stamp.read(connection)?.standings?.find((kept) => kept.by === by)?.standing;
}

/** Notes for whom a Clerk instance lets a connection in. */
export function keepStanding(connection: object, by: object, standing: Standing): void {
  const slot = slotOf(connection);
  const others = slot.standings?.filter((kept) => kept.by !== by) ?? [];
  slot.standings = [...others, { by, standing }];
}

function slotOf(carrier: object): Slot {
  const known = stamp.read(carrier);
  if (known !== undefined) return known;
  const slot: Slot = {
    answer: undefined,
    others: undefined,
    admitted: undefined,
    observed: undefined,
    standings: undefined,
    holder: undefined,
    visit: undefined,
  };
  stamp.put(carrier, slot);
  return slot;
}
