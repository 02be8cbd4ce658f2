import { beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend } from '../support/ask-backend.js';
import { LocalBrowser, type Asking, type Loose } from '../support/local-browser.js';
import { WebhookEar } from '../support/webhook-ear.js';
import { complaintsAboutAnswers, type Answered } from './support/official-shapes.js';

const MEMBERSHIPS = 'Clerk.ClerkPaginatedResponse<Clerk.OrganizationMembershipJSON>';
const SESSIONS = '{ data: Clerk.SessionJSON[]; total_count: number }';
const PAGE = '{ data: Clerk.OrganizationMembershipJSON[]; total_count: number }';
const REFUSAL = '{ errors: Clerk.ClerkAPIErrorJSON[]; clerk_trace_id: string }';

/** What a browser is told on its way from signing up to signing out. */
async function recordFrontend(clerk: LocalClerk): Promise<Answered[]> {
  const browser = await LocalBrowser.open(clerk);
  const answers: Answered[] = [];
  const record = async (type: string, path: string, asking: Asking = {}): Promise<Loose> => {
    const { body } = await browser.ask(path, asking);
    const answer = (body.response ?? body) as Loose;
    answers.push({ to: `${path} ${JSON.stringify(asking)}`, half: 'frontend', type, answer });
    return answer;
  };
  await record('Clerk.EnvironmentJSON', '/environment');
  await record('Clerk.ClientJSON', '/client', { method: 'PUT' });
  const carol = { fields: { email_address: 'carol@example.com' } };
  const { id: signUp } = await record('Clerk.SignUpJSON', '/client/sign_ups', carol);
  await record(REFUSAL, '/client/sign_ins', { fields: { identifier: 'zoe@example.com' } });
  const ada = { fields: { identifier: 'ada@example.com' } };
  const { id: signIn } = await record('Clerk.SignInJSON', '/client/sign_ins', ada);
  await record('Clerk.ClientJSON', '/client');
  const password = { fields: { strategy: 'password', password: 'correct-horse-battery' } };
  const attempt = `/client/sign_ins/${String(signIn)}/attempt_first_factor`;
  const { created_session_id: id } = await record('Clerk.SignInJSON', attempt, password);
  await record(REFUSAL, '/client/sign_ins', ada);
  const said = { fields: { password: 'my own password' }, method: 'PATCH' };
  await record('Clerk.SignUpJSON', `/client/sign_ups/${String(signUp)}`, said);
  await record('Clerk.ClientJSON', '/client');
  const acme = { fields: { active_organization_id: clerk.organization('acme').id } };
  await record('Clerk.SessionJSON', `/client/sessions/${String(id)}/touch`, acme);
  const verify = `/client/sessions/${String(id)}/verify`;
  await record('Clerk.SessionVerificationJSON', verify, { fields: {} });
  await record('Clerk.SessionVerificationJSON', `${verify}/attempt_first_factor`, password);
  await record('Clerk.TokenJSON', `/client/sessions/${String(id)}/tokens`, { fields: {} });
  await record('Clerk.UserJSON', '/me');
  await record(MEMBERSHIPS, '/me/organization_memberships');
  await record('Clerk.SessionWithActivitiesJSON[]', '/me/sessions/active');
  await record('Clerk.SessionJSON', `/client/sessions/${String(id)}/remove`, { fields: {} });
  await record('Clerk.ClientJSON', '/client/sessions', { fields: {}, method: 'DELETE' });
  return answers;
}

/** What a server is told of the same. */
async function recordBackend(clerk: LocalClerk): Promise<Answered[]> {
  const { sessionId, userId, clientToken } = clerk.signIn('ada', { organization: 'acme' });
  const record = async (type: string, path: string, body?: object): Promise<Answered> => {
    const { body: answer } = await askBackend(clerk, path, body);
    return { to: path, half: 'backend', type, answer };
  };
  return [
    await record('Clerk.ClientJSON', '/v1/clients/verify', { token: clientToken }),
    await record('Clerk.SessionJSON', `/v1/sessions/${sessionId}`),
    await record(SESSIONS, `/v1/sessions?user_id=${userId}&paginated=true`),
    await record('Clerk.UserJSON', `/v1/users/${userId}`),
    await record('Clerk.OrganizationJSON', '/v1/organizations/acme'),
    await record(PAGE, `/v1/users/${userId}/organization_memberships`),
    await record('Clerk.SessionJSON', `/v1/sessions/${sessionId}/revoke`, {}),
  ];
}

/** What an endpoint of webhooks is told. */
async function recordWebhooks(clerk: LocalClerk): Promise<Answered[]> {
  const ear = await WebhookEar.open();
  clerk.webhooks.to(ear.url);
  const eve = clerk.signIn('eve');
  clerk.updateUser(eve, { lastName: 'Moneypenny', publicMetadata: { plan: 'gold' } });
  clerk.revoke(eve);
  clerk.setStatus(clerk.signIn('eve'), 'ended');
  clerk.setStatus(clerk.signIn('eve'), 'removed');
  clerk.banUser(eve);
  clerk.deleteUser(eve);
  await clerk.webhooks.settled();
  await ear.close();
  return ear.events.map((answer, at) => {
    const [kind = ''] = String(answer.type).split('.');
    const type = kind === 'user' ? 'Clerk.UserWebhookEvent' : 'Clerk.SessionWebhookEvent';
    return { to: `webhook ${String(at)} ${String(answer.type)}`, half: 'backend', type, answer };
  });
}

type Member = readonly [name: string, value: unknown];

/** Ways in which an answer could drift from the official one: what becomes of a member that no type leaves out. */
const DRIFTS = new Map<string, (member: Member) => readonly Member[]>([
  ['missing', () => []],
  ['renamed', ([name, value]) => [[`${name}s`, value]]],
  ['of another type', ([name]) => [[name, { nonsense: true }]]],
  ['not alone', (member) => [member, ['invented', true]]],
]);

/** The second member is another one: the first is the name of the type. */
function drifted(answered: Answered, drift: string): Answered {
  const members: readonly Member[] = Object.entries(answered.answer as Loose);
  const changed = members.flatMap((member, at) =>
    at === 1 ? (DRIFTS.get(drift)?.(member) ?? []) : [member],
  );
  return { ...answered, to: `${drift}: ${answered.to}`, answer: Object.fromEntries(changed) };
}

describe('LocalClerk answers as the official types say', () => {
  let answers: readonly Answered[];

  beforeAll(async () => {
    await using clerk = await LocalClerk.start();
    clerk.joinOrganization('ada', { slug: 'acme', permissions: ['org:invoices:read'] });
    answers = [
      ...(await recordFrontend(clerk)),
      ...(await recordBackend(clerk)),
      ...(await recordWebhooks(clerk)),
    ];
  });

  it('in every answer that was recorded', () => {
    expect(answers.length).toBeGreaterThan(18);
    expect(new Set(answers.map(({ answer }) => (answer as Loose).type))).toEqual(
      new Set([
        undefined,
        ...['created', 'updated', 'deleted'].map((verb) => `user.${verb}`),
        ...['created', 'revoked', 'ended', 'removed'].map((verb) => `session.${verb}`),
      ]),
    );
    expect(complaintsAboutAnswers(answers)).toEqual([]);
  });

  it('in answers that are not empty where lists could hide something', () => {
    const client = answers.filter(({ type }) => type === 'Clerk.ClientJSON');
    const sessions = client.map(
      ({ answer }) => (answer as { sessions: unknown[] }).sessions.length,
    );
    expect(Math.max(...sessions)).toBeGreaterThan(1);
  });

  it('so that a member is told that is missing, renamed, of another type or invented', () => {
    const wrong = [...DRIFTS.keys()].flatMap((drift) =>
      answers.map((answered) => drifted(answered, drift)),
    );
    const told = new Set(complaintsAboutAnswers(wrong).map(({ path }) => path));
    expect(wrong.map(({ to }) => to).filter((to) => !told.has(to))).toEqual([]);
  });
});
