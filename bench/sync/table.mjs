import { Child } from '../support/child.mjs';

const WORKER = new URL('worker.mjs', import.meta.url);

/** What listening to Clerk costs: deliveries beside `standardwebhooks`, ended sessions, users. */
export async function measureSync({ fixture }) {
  const child = new Child(WORKER, ['--expose-gc']);
  const { options } = fixture;
  try {
    return {
      deliveries: await child.ask('deliveries', { options }),
      lookUp: await child.ask('lookUp'),
      userCalls: await child.ask('users'),
    };
  } finally {
    await child.stop();
  }
}
