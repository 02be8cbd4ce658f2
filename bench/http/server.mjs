import { answerQuestions } from '../support/answer-questions.mjs';
import { createApp } from '../support/nest.mjs';
import { BACKEND_VARIANTS, VARIANTS } from './variants.mjs';

/**
 * Two applications in one process, on two ports: one protected, the other the same without protection. What the
 * process itself does to the figures, it does to both.
 */
answerQuestions({
  listen: async ({ adapter, name, fixture }) => ({
    bare: await listen(await createApp(adapter)),
    guarded: await listenGuarded(adapter, VARIANTS[name].parts(fixture, adapter)),
  }),
  listenToClients: ({ adapter, name, fixture }) =>
    listenGuarded(adapter, BACKEND_VARIANTS[name].parts(fixture)),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  moveClock: (milliseconds) => {
    const { now } = Date;
    Date.now = () => now() + milliseconds;
  },
});

async function listenGuarded(adapter, { install, ...parts }) {
  const app = await createApp(adapter, parts);
  await install?.(app);
  return listen(app);
}

async function listen(app) {
  await app.listen(0, '127.0.0.1');
  // Connections wait for their next turn longer than Node's five seconds.
  app.getHttpServer().keepAliveTimeout = 0;
  return app.getHttpServer().address().port;
}
