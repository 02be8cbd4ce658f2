import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf } from '../support/ask-backend.js';

describe('LocalClerk lists sessions', () => {
  let clerk: LocalClerk;
  let ada: SignedIn[];
  let bob: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = Array.from({ length: 12 }, () => clerk.signIn('ada'));
    bob = clerk.signIn('bob', { client: ada[11] });
    for (const session of ada.slice(0, 3)) clerk.revoke(session);
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const list = (query: string) => askBackend(clerk, `/v1/sessions?${query}`);

  const ids = async (query: string): Promise<unknown[]> => {
    const { body } = await list(query);
    return (body as unknown as { id: string }[]).map(({ id }) => id);
  };

  const ofAda = (): string[] => ada.map(({ sessionId }) => sessionId).toReversed();
  const user = (): string => `user_id=${ada[0]?.userId ?? ''}`;

  it('of a user, newest first, ten of them, as a bare list of what a session is', async () => {
    const { status, body } = await list(user());
    const newest = (body as unknown as unknown[])[0];
    expect([status, await ids(user())]).toEqual([200, ofAda().slice(0, 10)]);
    expect(newest).toEqual((await askBackend(clerk, `/v1/sessions/${ofAda()[0] ?? ''}`)).body);
  });

  it('of a client, and of both', async () => {
    const client = `client_id=${bob.clientId}`;
    expect(await ids(client)).toEqual([bob.sessionId, ofAda()[0]]);
    expect(await ids(`${client}&${user()}`)).toEqual([ofAda()[0]]);
    expect(await ids('user_id=user_0')).toEqual([]);
  });

  it('page by page', async () => {
    expect(await ids(`${user()}&limit=500`)).toEqual(ofAda());
    expect(await ids(`${user()}&limit=5&offset=10`)).toEqual(ofAda().slice(10));
    expect(await ids(`${user()}&offset=12`)).toEqual([]);
  });

  it('of one status', async () => {
    expect(await ids(`${user()}&status=revoked`)).toEqual(ofAda().slice(9));
    expect(await ids(`${user()}&status=active&limit=500`)).toEqual(ofAda().slice(0, 9));
  });

  it('with the number of all, when it is asked for pages', async () => {
    const { body } = await list(`${user()}&status=active&limit=2&paginated=true`);
    expect(body).toMatchObject({ data: [{ object: 'session' }, {}], total_count: 9 });
    expect(body.data).toHaveLength(2);
  });

  it.each(['', 'limit=5', 'status=active'])('of nobody is an error (%s)', async (query) => {
    const told = await list(query);
    expect([told.status, codeOf(told)]).toEqual([400, 'form_param_missing']);
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=-1',
    'limit=1.5',
    'limit=many',
    'limit=',
    'offset=-1',
    'offset=1e3',
    'status=gone',
    'status=',
    'paginated=perhaps',
  ])('and %s is one as well', async (wrong) => {
    const told = await list(`${user()}&${wrong}`);
    expect([told.status, codeOf(told)]).toEqual([422, 'form_param_value_invalid']);
  });
});
