import { RedisFailure, reasonOf } from './redis-failure.js';

/**
 * What was asked of Redis, with an end: a network that swallows everything sends no reset, and a client that is away
 * queues. The command may still be carried out later.
 *
 * @param milliseconds how long the answer may take
 * @throws RedisFailure in every case, so that nothing of the client leaks
 */
export async function within<T>(
  milliseconds: number,
  task: string,
  ask: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new RedisFailure(task, 'TIMEOUT'));
    }, milliseconds);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    throw new RedisFailure(task, reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}
