import { RedisFailure, reasonOf } from './redis-failure.js';

/** Parts of a time-out. A process that stands still, or is busy, uses up one of them, and then reads what has come. */
const PARTS = 4;

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
    const wait = (parts: number): void => {
      timer = setTimeout(() => {
        if (parts > 1) wait(parts - 1);
        else reject(new RedisFailure(task, 'TIMEOUT'));
      }, milliseconds / PARTS);
    };
    wait(PARTS);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    throw new RedisFailure(task, reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}
