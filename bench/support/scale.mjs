/** `BENCH_QUICK=1`: every table in a minute or two, to see that it works; its figures are for nobody's record. */
export const QUICK = process.env.BENCH_QUICK === '1';

/** How much of everything. More rounds make the medians steadier, not different. */
export const SCALE = QUICK
  ? {
      warmUp: 400_000,
      inProcessRounds: 4,
      inProcessSlice: 15_000,
      httpRounds: 4,
      httpBatch: 200,
      badTokens: 100_000,
      trafficWindow: 700,
      throughputWindow: 600,
      throughputRounds: 2,
      boots: 3,
    }
  : {
      /** Microseconds of CPU that a candidate is run for before anything counts. */
      warmUp: 400_000,
      inProcessRounds: 15,
      /** Microseconds of CPU that a candidate gets in each round; the floor gets as much. */
      inProcessSlice: 50_000,
      httpRounds: 16,
      /** Requests in one batch; four batches make a visit: bare, guarded, guarded, bare. */
      httpBatch: 500,
      badTokens: 1_000_000,
      /** Milliseconds of traffic before, during and after something happens. */
      trafficWindow: 2500,
      throughputWindow: 1500,
      throughputRounds: 5,
      boots: 11,
    };

/**
 * Tokens to warm up with: so many that the code is compiled, and new ones, because whoever keeps tokens does something
 * else with one that it has met.
 */
export const WARM_TOKENS = QUICK ? 1500 : 8000;

/** Tokens that nobody has seen before they are measured. */
export const FRESH_TOKENS = Math.max(2000, (SCALE.httpRounds + 1) * SCALE.httpBatch * 2);

/** Tokens that ran out; they come again and again. */
export const EXPIRED_TOKENS = 1000;
