import { Observable } from 'rxjs';
import { NotAsked } from './not-asked.js';

/** Seconds after which there is room again, most likely. */
const RETRY_AFTER = 1;

/**
 * Bounds how many calls are under way at once, and how many wait for their turn: a Backend API that hangs must not
 * gather all of the process's sockets and memory.
 */
export class CallsInFlight {
  private underWay = 0;
  private isAdmitting = false;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly most: number,
    private readonly mostWaiting: number,
  ) {}

  /**
   * The call, begun when there is room. Unsubscribing leaves the queue, or makes room.
   *
   * @param patience milliseconds to wait for room
   */
  run<Answer>(call: () => Observable<Answer>, patience: number): Observable<Answer> {
    return new Observable((subscriber) => {
      const refuse = (): void => {
        subscriber.error(new NotAsked('too many calls are under way', RETRY_AFTER));
      };
      if (this.underWay >= this.most && this.waiting.size >= this.mostWaiting) {
        refuse();
        return;
      }
      const timer = setTimeout(refuse, patience);
      const begin = (): void => {
        this.waiting.delete(begin);
        clearTimeout(timer);
        this.underWay += 1;
        subscriber.add(() => {
          this.underWay -= 1;
          this.admit();
        });
        subscriber.add(call().subscribe(subscriber));
      };
      subscriber.add(() => {
        clearTimeout(timer);
        this.waiting.delete(begin);
      });
      this.waiting.add(begin);
      this.admit();
    });
  }

  /** A loop, because calls that fail at once make room at once: as a recursion, a long queue would end the stack. */
  private admit(): void {
    if (this.isAdmitting) return;
    this.isAdmitting = true;
    for (const begin of this.waiting) {
      if (this.underWay >= this.most) break;
      begin();
    }
    this.isAdmitting = false;
  }
}
