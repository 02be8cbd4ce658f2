import { setTimeout } from 'node:timers/promises';
import { Int, Resolver, Subscription } from '@nestjs/graphql';
import { RequireSession } from 'nestjs-clerk-auth';

/** Milliseconds. */
const SECOND = 1000;

@Resolver()
export class ClockResolver {
  @Subscription(() => Int)
  @RequireSession()
  async *ticks(): AsyncGenerator<{ ticks: number }> {
    for (let ticks = 1; ; ticks += 1) {
      await setTimeout(SECOND);
      yield { ticks };
    }
  }
}
