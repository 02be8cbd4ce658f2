import 'reflect-metadata';
import { answerQuestions } from '../support/answer-questions.mjs';
import { createApp } from '../support/nest.mjs';

/**
 * Boots one application, once: the second time everything would be compiled already. The library is loaded in either
 * case, for it shares much of what it loads with the adapter.
 */
answerQuestions({
  boot: async (options) => {
    const start = performance.now();
    const { ClerkModule } = await import('nestjs-clerk-auth');
    const loaded = performance.now();
    const imports = options === undefined ? [] : [ClerkModule.forRoot(options)];
    const app = await createApp('express', { imports });
    await app.init();
    return { load: loaded - start, init: performance.now() - loaded };
  },
});
