/** Chance that repeats itself: the same seed, the same throws. Mulberry32, by Tommy Ettinger. */
export class Dice {
  constructor(private state: number) {}

  /** From 0 to 1, without 1. */
  throw(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.throw() < probability;
  }

  /** From 0 to `most`, both included. */
  upTo(most: number): number {
    return Math.floor(this.throw() * (most + 1));
  }

  pick<Face>(faces: readonly Face[]): Face {
    return faces[this.upTo(faces.length - 1)]!;
  }

  /** As many as `most` of them, repetitions included. */
  some<Face>(faces: readonly Face[], most: number): Face[] {
    return Array.from({ length: this.upTo(most) }, () => this.pick(faces));
  }

  /** Usually what is right, sometimes what is not. */
  mostly(right: () => unknown, wrong: readonly unknown[], probability = 0.05): unknown {
    return this.chance(probability) ? this.pick(wrong) : right();
  }
}
