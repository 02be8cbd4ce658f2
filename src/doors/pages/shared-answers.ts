import { createHash } from 'node:crypto';

/** Milliseconds: a page and all that it loads come within this. */
const SHARED_FOR = 5000;

/** How many are kept at the most; the oldest leaves first. */
const CAPACITY = 500;

interface Shared<Answer> {
  readonly answer: Promise<Answer>;
  /** When it was asked for, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Answers to questions that spend something by asking: whoever asks the same at the same time, or a moment later, is given
 * the same answer. One that could not be had is not kept.
 */
export class SharedAnswers<Answer> {
  private readonly answers = new Map<string, Shared<Answer>>();

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number) {}

  /** @param question a text, of which only a fingerprint is kept */
  on(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    this.forgetOld();
    const key = createHash('sha256').update(question).digest('base64');
    const known = this.answers.get(key);
    if (known !== undefined) return known.answer;
    this.makeRoom();
    const answer = ask();
    this.answers.set(key, { answer, at: this.now() });
    answer.catch(() => this.answers.delete(key));
    return answer;
  }

  private forgetOld(): void {
    for (const [key, { at }] of this.answers) {
      // A clock that was set back makes an answer older, never younger.
      if (Math.abs(this.now() - at) < SHARED_FOR) return;
      this.answers.delete(key);
    }
  }

  private makeRoom(): void {
    for (const oldest of this.answers.keys()) {
      if (this.answers.size < CAPACITY) return;
      this.answers.delete(oldest);
    }
  }
}
