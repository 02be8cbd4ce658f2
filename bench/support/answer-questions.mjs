/**
 * The other end of `Child`: answers questions by name until the parent lets go.
 * @param {Record<string, (value: any) => unknown>} answers
 */
export function answerQuestions(answers) {
  process.on('message', async ({ name, value }) => {
    try {
      process.send({ answer: await answers[name](value) });
    } catch (error) {
      process.send({ error: error instanceof Error ? error.stack : String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
}
