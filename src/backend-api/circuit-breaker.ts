import { NotAsked } from './not-asked.js';

/** So many failed questions in a row open the breaker. */
const RUN_OF_FAILURES = 8;

/** Milliseconds for which a run of failures opens it; doubled for each probe that fails, up to the longest. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 8000;

/** The longest `Retry-After` that is waited out without a probe, in milliseconds. */
const LONGEST_ASKED_PAUSE = 300_000;

/** One question to the Backend API, as the breaker sees it. */
export interface Question {
  /** Asked while the breaker is open: it is asked once, and its outcome decides. */
  isProbe: boolean;
  /** A question counts once towards a run of failures, however often it was tried. */
  hasFailed: boolean;
}

interface Opening {
  /** Milliseconds since the epoch. */
  at: number;
  /** Milliseconds until a probe is let through. */
  pause: number;
  /** Milliseconds that callers are told to wait: what Clerk asked for, though a probe goes out before. */
  told: number;
}

/**
 * Stops asking a Backend API that does not answer, or that asked for a pause: strangers do not decide how often it is
 * asked. Opens after a run of failed questions, or at once on a `Retry-After`. Open, everything is refused without a call;
 * after the pause one question at a time is let through, and the first that is answered closes it.
 */
export class CircuitBreaker {
  private failures = 0;
  private opening: Opening | undefined;
  private probe: Question | undefined;

  constructor(private readonly now: () => number) {}

  /** @throws NotAsked at once while it is open */
  admit(): Question {
    const left = this.secondsLeft();
    if (left > 0) throw new NotAsked('Clerk is not asked for the moment', left);
    const isProbe = this.opening !== undefined;
    const question = { isProbe, hasFailed: false };
    if (isProbe) this.probe = question;
    return question;
  }

  /** @throws NotAsked when it has opened since the question was admitted */
  assertMayGoOn(question: Question): void {
    if (this.mayGoOn(question)) return;
    throw new NotAsked('Clerk is not asked for the moment', Math.max(this.secondsLeft(), 1));
  }

  /** Any answer is one; while the breaker is open only the probe's says that Clerk is back. */
  answered(question: Question): void {
    if (this.opening !== undefined && this.probe !== question) return;
    this.failures = 0;
    this.opening = undefined;
    this.probe = undefined;
  }

  /** @param askedPause milliseconds for which Clerk asked not to be asked; 0 for none */
  failed(question: Question, askedPause: number): void {
    if (!question.hasFailed) this.failures += 1;
    question.hasFailed = true;
    if (askedPause > 0) this.open(Math.min(askedPause, LONGEST_ASKED_PAUSE), askedPause);
    else if (this.probe === question) this.open(this.longerPause());
    else if (this.opening === undefined && this.failures >= RUN_OF_FAILURES) this.open(FIRST_PAUSE);
  }

  /** Whether the question may be put: not anymore once the breaker has opened, unless it is the probe. */
  mayGoOn(question: Question): boolean {
    return this.opening === undefined || this.probe === question;
  }

  /** The question waits for the pause that Clerk asked for and is the probe after it; one question does, not all. */
  reserveProbe(question: Question): boolean {
    if (this.probe !== undefined || question.isProbe) return false;
    question.isProbe = true;
    this.probe = question;
    return true;
  }

  /** The question is over, whatever became of it: a probe that was given up must not keep the others out. */
  release(question: Question): void {
    if (this.probe === question) this.probe = undefined;
  }

  /** Whole seconds; 0 when it may be asked. */
  private secondsLeft(): number {
    if (this.opening === undefined) return 0;
    const { at, pause, told } = this.opening;
    // A clock that was set back makes the opening older: it never stays open for ever.
    const age = Math.abs(this.now() - at);
    if (age >= pause && this.probe === undefined) return 0;
    return Math.max(Math.ceil((told - age) / 1000), 1);
  }

  private open(pause: number, told = pause): void {
    this.opening = { at: this.now(), pause, told };
  }

  private longerPause(): number {
    return Math.min((this.opening?.pause ?? FIRST_PAUSE) * 2, LONGEST_PAUSE);
  }
}
