import { describe, expect, it } from '@jest/globals';
import { judgeSession } from '../../src/verification/client-token.js';
import { verifyLiveSession } from '../../src/verification/live-session.js';
import type { MachineAnswer, MachineRecord } from '../../src/verification/machine-record.js';
import { Revocations } from '../../src/revocation/revocations.js';
import type { Answer, SessionAuthority } from '../../src/verification/session-authority.js';
import type { ClientRecord, SessionRecord } from '../../src/verification/session-record.js';
import { CoalescedVerdicts } from '../../src/verification/coalesced-verdicts.js';
import { verifyCredential, type Verification } from '../../src/verification/verify-credential.js';
import type { RecordAccepted, Rejected } from '../../src/verification/verdict.js';
import { NOBODY, NOW, verificationWith } from '../support/verification.js';

const RECORD: SessionRecord = {
  id: 'sess_ada',
  userId: 'user_ada',
  clientId: 'client_1',
  status: 'active',
  lastActiveAt: undefined,
  expireAt: NOW + 60_000,
  abandonAt: undefined,
  lastActiveOrganizationId: undefined,
  actor: undefined,
};
const CLIENT: ClientRecord = {
  id: 'client_1',
  sessions: [RECORD],
  lastActiveSessionId: 'sess_ada',
};

const ABSENT = { kind: 'absent' } as const;
const REFUSED = { kind: 'refused' } as const;

function found<Thing>(thing: Thing): Answer<Thing> {
  return { kind: 'found', thing };
}

const rejected = (code: string): object => ({ kind: 'rejected', code });

function says(answers: {
  readonly session?: Answer<SessionRecord>;
  readonly client?: Answer<ClientRecord>;
}): SessionAuthority {
  const { session = ABSENT, client = ABSENT } = answers;
  return {
    ...NOBODY,
    verifySession: () => Promise.resolve(session),
    getSession: () => Promise.resolve(session),
    verifyClient: () => Promise.resolve(client),
  };
}

async function verdictOn(
  more: Partial<Verification>,
  asked: { askedSessionId?: string; clientUat?: number } = {},
): Promise<unknown> {
  const { askedSessionId, clientUat } = asked;
  return verifyCredential(
    { kind: 'client_token', token: 'opaque', clientUat, askedSessionId },
    verificationWith(more),
  );
}

const ACCEPTED = { kind: 'record', record: RECORD };
const ADA = { askedSessionId: 'sess_ada' };

describe('a client token', () => {
  it('is true with the session that it was last active in', async () => {
    const authority = says({ client: found(CLIENT) });
    expect(await verdictOn({ authority })).toEqual(ACCEPTED);
  });

  it('is true with the session that is asked for', async () => {
    const authority = says({ session: found(RECORD) });
    expect(await verdictOn({ authority }, ADA)).toEqual(ACCEPTED);
    expect(await verdictOn({ authority }, { askedSessionId: 'sess_eve' })).toEqual(
      rejected('session_mismatch'),
    );
  });

  it('is asked about through its client where there is no place to ask for the session', async () => {
    const authority = says({ client: found({ ...CLIENT, lastActiveSessionId: 'sess_x' }) });
    expect(await verdictOn({ authority }, ADA)).toEqual(ACCEPTED);
    expect(await verdictOn({ authority }, { askedSessionId: 'sess_eve' })).toEqual(
      rejected('no_active_session'),
    );
  });

  it('is not true where Clerk refuses it or knows no such client', async () => {
    const no = rejected('client_token_invalid');
    const client = found(CLIENT);
    expect(await verdictOn({ authority: says({ session: REFUSED, client }) }, ADA)).toEqual(no);
    expect(await verdictOn({ authority: says({ client: REFUSED }) })).toEqual(no);
    expect(await verdictOn({ authority: says({}) })).toEqual(no);
  });

  it.each<[Partial<ClientRecord>, string]>([
    [{ lastActiveSessionId: undefined }, 'no_active_session'],
    [{ lastActiveSessionId: 'sess_x' }, 'no_active_session'],
    [{ sessions: [] }, 'no_active_session'],
    [{ sessions: [{ ...RECORD, clientId: 'client_2' }] }, 'session_mismatch'],
    [{ sessions: [{ ...RECORD, status: 'ended' }] }, 'session_not_active'],
  ])('is not true with the client %j: %s', async (more, code) => {
    const authority = says({ client: found({ ...CLIENT, ...more }) });
    expect(await verdictOn({ authority })).toEqual(rejected(code));
  });

  it('is true with a session that names no client, and is found among others', async () => {
    const mine = { ...RECORD, clientId: undefined };
    const sessions = [{ ...RECORD, id: 'sess_x' }, mine];
    const authority = says({ client: found({ ...CLIENT, sessions }) });
    expect(await verdictOn({ authority })).toEqual({ kind: 'record', record: mine });
  });

  it('is refused where nobody can be asked, or the browser has signed out', async () => {
    const authority = says({ client: found(CLIENT) });
    expect(await verdictOn({ authority: undefined })).toEqual(rejected('client_token_unsupported'));
    expect(await verdictOn({ authority }, { clientUat: 0 })).toEqual(rejected('client_signed_out'));
    expect(await verdictOn({ authority }, { clientUat: 9 })).toEqual(ACCEPTED);
  });

  it('needs a sign-out time beside it where one is required', async () => {
    const authority = says({ client: found(CLIENT) });
    const rules = { ...verificationWith().rules, clientUat: 'required' } as const;
    expect(await verdictOn({ authority, rules })).toEqual(rejected('client_uat_missing'));
    expect(await verdictOn({ authority, rules }, { clientUat: 9 })).toEqual(ACCEPTED);
  });

  it('is refused with a session that was revoked here, whatever Clerk says', async () => {
    const revoked = new Revocations();
    revoked.endSession('sess_x');
    const authority = says({ client: found(CLIENT) });
    expect(await verdictOn({ authority, revoked })).toEqual(ACCEPTED);
    revoked.endSession('sess_ada');
    expect(await verdictOn({ authority, revoked })).toEqual(rejected('session_not_active'));
  });

  it('is another question with each session that is asked for', async () => {
    const asked = new CoalescedVerdicts(1000, () => NOW);
    const authority = says({ session: REFUSED, client: found(CLIENT) });
    expect(await verdictOn({ authority, asked })).toEqual(ACCEPTED);
    expect(await verdictOn({ authority: NOBODY, asked })).toEqual(ACCEPTED);
    expect(await verdictOn({ authority, asked }, ADA)).toEqual(rejected('client_token_invalid'));
    const willing = says({ session: found(RECORD) });
    expect(await verdictOn({ authority: willing, asked }, ADA)).toEqual(ACCEPTED);
    const other = await verdictOn({ authority: willing, asked }, { askedSessionId: 'sess_eve' });
    expect(other).toEqual(rejected('session_mismatch'));
  });
});

describe('Clerk’s record of a session', () => {
  const check = { rules: { treatPendingAsSignedOut: true }, now: () => NOW };
  const lenient = { ...check, rules: { treatPendingAsSignedOut: false } };

  it.each<[Partial<SessionRecord>, string | undefined]>([
    [{}, undefined],
    [{ id: 'sess_eve' }, 'session_mismatch'],
    [{ status: 'pending' }, 'session_pending'],
    [{ status: 'revoked' }, 'session_not_active'],
    [{ status: '' }, 'session_not_active'],
    [{ expireAt: undefined }, 'session_not_active'],
    [{ expireAt: NOW }, 'session_not_active'],
    [{ expireAt: NOW + 1 }, undefined],
  ])('with %j: %p', (more, code) => {
    const record = { ...RECORD, ...more };
    const verdict = code === undefined ? { kind: 'record', record } : rejected(code);
    expect(judgeSession(record, 'sess_ada', check)).toEqual(verdict);
  });

  it('may be pending where the application says so, and nothing else', () => {
    const pending = { ...RECORD, status: 'pending' };
    expect(judgeSession(pending, 'sess_ada', lenient)).toEqual({ kind: 'record', record: pending });
    const ended = judgeSession({ ...RECORD, status: 'ended' }, 'sess_ada', lenient);
    expect(ended).toEqual(rejected('session_not_active'));
  });
});

describe('a session that must be alive', () => {
  function live(
    session: Answer<SessionRecord>,
    userId = 'user_ada',
    more: Partial<Verification> = {},
  ): Promise<RecordAccepted | Rejected> {
    const { rules, asked, revoked, now } = verificationWith(more);
    return verifyLiveSession('sess_ada', userId, {
      rules,
      asked,
      revoked,
      now,
      authority: says({ session }),
    });
  }

  it('is, if Clerk says so', async () => {
    expect(await live(found(RECORD))).toEqual(ACCEPTED);
  });

  it('is not, if Clerk says otherwise', async () => {
    const no = rejected('session_not_active');
    expect(await live(ABSENT)).toEqual(no);
    expect(await live(REFUSED)).toEqual(no);
    expect(await live(found({ ...RECORD, status: 'revoked' }))).toEqual(no);
  });

  it('is that of its user', async () => {
    expect(await live(found(RECORD), 'user_eve')).toEqual(rejected('session_mismatch'));
  });

  it('is not, if it was revoked here, also while the question was on its way', async () => {
    const revoked = new Revocations();
    const answer = live(found(RECORD), 'user_ada', { revoked });
    revoked.endSession('sess_ada');
    expect(await answer).toEqual(rejected('session_not_active'));
  });

  it('is another question than any other session', async () => {
    const asked = new CoalescedVerdicts(1000, () => NOW);
    const { rules, revoked, now } = verificationWith();
    const eve = { ...RECORD, id: 'sess_eve', userId: 'user_eve' };
    const authority = says({ session: found(eve) });
    const check = { rules, asked, revoked, now, authority };
    expect(await verifyLiveSession('sess_eve', 'user_eve', check)).toMatchObject({ record: eve });
    expect(await live(found(RECORD), 'user_ada', { asked })).toEqual(ACCEPTED);
    expect(await live(REFUSED, 'user_ada', { asked })).toEqual(ACCEPTED);
  });
});

describe('a machine’s opaque token', () => {
  const MACHINE: MachineRecord = {
    type: 'api_key',
    id: 'ak_1',
    subject: 'user_ada',
    scopes: [],
    claims: undefined,
    name: undefined,
    clientId: undefined,
    expireAt: undefined,
  };
  const KEY: MachineAnswer = { ...MACHINE, revoked: false, expired: false };

  async function verdictOnKey(
    answer: Answer<MachineAnswer>,
    knows = true,
    asked = new CoalescedVerdicts(0, () => NOW),
    token = 'ak_x',
  ): Promise<unknown> {
    const machines = { knows: () => knows, verify: () => Promise.resolve(answer) };
    return verifyCredential(
      { kind: 'machine_token', type: 'api_key', format: 'opaque', token },
      verificationWith({ machines, asked }),
    );
  }

  it('is true, if Clerk says so, and without what only the verdict needed', async () => {
    expect(await verdictOnKey(found(KEY))).toEqual({ kind: 'machine', machine: MACHINE });
  });

  it.each<[Partial<MachineAnswer>, string | undefined]>([
    [{ revoked: true }, 'machine_token_revoked'],
    [{ expired: true }, 'token_expired'],
    [{ expireAt: NOW }, 'token_expired'],
    [{ expireAt: NOW + 1 }, undefined],
    [{ subject: '' }, 'machine_token_invalid'],
    [{ subject: 'user_' }, 'machine_token_invalid'],
    [{ subject: 'x_user_1' }, 'machine_token_invalid'],
    [{ subject: 'org_1' }, undefined],
    [{ subject: 'mch_1' }, undefined],
    [{ type: 'm2m_token', subject: 'user_1' }, 'machine_token_invalid'],
    [{ type: 'm2m_token', subject: 'mch_1' }, undefined],
    [{ type: 'oauth_token', subject: 'org_1' }, 'machine_token_invalid'],
    [{ type: 'oauth_token', subject: 'user_1' }, undefined],
  ])('with %j: %p', async (more, code) => {
    const verdict = await verdictOnKey(found({ ...KEY, ...more }));
    expect(verdict).toMatchObject(code === undefined ? { kind: 'machine' } : rejected(code));
  });

  it('is refused where Clerk does not know it, or cannot be asked about its kind', async () => {
    expect(await verdictOnKey(ABSENT)).toEqual(rejected('machine_token_invalid'));
    expect(await verdictOnKey(REFUSED)).toEqual(rejected('machine_token_invalid'));
    expect(await verdictOnKey(found(KEY), false)).toEqual(rejected('machine_token_unsupported'));
  });

  it('is another question than any other token', async () => {
    const asked = new CoalescedVerdicts(1000, () => NOW);
    expect(await verdictOnKey(found(KEY), true, asked, 'ak_a')).toMatchObject({ kind: 'machine' });
    expect(await verdictOnKey(REFUSED, true, asked, 'ak_a')).toMatchObject({ kind: 'machine' });
    const other = await verdictOnKey(REFUSED, true, asked, 'ak_b');
    expect(other).toEqual(rejected('machine_token_invalid'));
  });
});

describe('a question to Clerk', () => {
  let now = NOW;
  const yes = (expireAt: number | undefined = NOW + 60_000): RecordAccepted => ({
    kind: 'record',
    record: { ...RECORD, expireAt },
  });
  const machine = (expireAt: number | undefined) => ({
    kind: 'machine' as const,
    machine: {
      type: 'api_key' as const,
      id: 'ak_1',
      subject: 'user_1',
      scopes: [],
      claims: undefined,
      name: undefined,
      clientId: undefined,
      expireAt,
    },
  });
  const no: Rejected = { kind: 'rejected', code: 'session_not_active' };

  function counted(ttl: number): {
    on: (question: string, answer: unknown) => Promise<unknown>;
    calls: () => number;
  } {
    now = NOW;
    let calls = 0;
    const verdicts = new CoalescedVerdicts(ttl, () => now);
    return {
      on: (question, answer) =>
        verdicts.on(question, () => {
          calls += 1;
          return answer instanceof Error
            ? Promise.reject(answer)
            : Promise.resolve(answer as RecordAccepted);
        }),
      calls: () => calls,
    };
  }

  it('is asked once for all that ask at the same time, and again for those that come later', async () => {
    const { on, calls } = counted(0);
    await Promise.all([on('a', yes()), on('a', yes()), on('b', yes())]);
    expect(calls()).toBe(2);
    await on('a', yes());
    expect(calls()).toBe(3);
  });

  it('is asked again after it has failed', async () => {
    const { on, calls } = counted(1000);
    await expect(on('a', new Error('away'))).rejects.toThrow('away');
    expect(await on('a', yes())).toEqual(yes());
    expect(calls()).toBe(2);
  });

  it('keeps its yes for as long as is wished, whichever way the clock goes, and never a no', async () => {
    const { on, calls } = counted(1000);
    expect(await on('a', no)).toEqual(no);
    expect(await on('a', yes())).toEqual(yes());
    now = NOW + 999;
    expect(await on('a', no)).toEqual(yes());
    now = NOW - 999;
    expect(await on('a', no)).toEqual(yes());
    expect(calls()).toBe(2);
    now = NOW - 1000;
    expect(await on('a', no)).toEqual(no);
    now = NOW;
    expect(await on('a', no)).toEqual(no);
    await on('a', yes());
    now = NOW + 1000;
    expect(await on('a', no)).toEqual(no);
  });

  it.each<[string, () => unknown, number]>([
    ['a session that ends', () => yes(NOW + 5), 5],
    ['a machine’s token that ends', () => machine(NOW + 5), 5],
    ['a machine’s token that never ends', () => machine(undefined), 1000],
  ])('keeps its yes to %s no longer than that', async (_name, answer, kept) => {
    const { on } = counted(1000);
    await on('a', answer());
    now = NOW + kept - 1;
    expect(await on('a', no)).toEqual(answer());
    now = NOW + kept;
    expect(await on('a', no)).toEqual(no);
  });

  it('keeps no yes to a session without an end', async () => {
    const { on } = counted(1000);
    await on('a', { kind: 'record', record: { ...RECORD, expireAt: undefined } });
    expect(await on('a', no)).toEqual(no);
  });

  it('keeps ten thousand answers, and the oldest leaves first', async () => {
    const { on } = counted(1000);
    for (let asked = 0; asked < 10_000; asked += 1) await on(String(asked), yes());
    expect(await on('0', no)).toEqual(yes());
    await on('one more', yes());
    expect(await on('0', no)).toEqual(no);
    expect(await on('1', no)).toEqual(yes());
  });
});
