/** Collects what is wrong with the settings, so that one start shows all of it. */
export class Problems {
  readonly found: string[] = [];

  /** Notes a problem, with what to do about it. */
  note(problem: string): void {
    this.found.push(problem);
  }
}
