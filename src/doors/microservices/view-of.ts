/**
 * A client that differs from another in some properties, and shares its connection: what it awaits belongs to one call
 * alone, so no caller's token can get into the call of another.
 */
export function viewOf<Client extends { connect(): Promise<unknown> }>(
  client: Client,
  differences: Readonly<Record<string, unknown>>,
): Client {
  const own = {
    ...differences,
    // What it opens must be kept where the next call and `close()` look for it.
    connect: (): Promise<unknown> => client.connect(),
  };
  return Object.create(client, Object.getOwnPropertyDescriptors(own)) as Client;
}
