import { Controller, Sse, type MessageEvent } from '@nestjs/common';
import { CurrentSession, RequireSession } from 'nestjs-clerk-auth';
import { finalize, map, Subject, type Observable } from 'rxjs';
import { handled } from './probe-controller.js';

/** What every open feed hears. */
export const news = new Subject<string>();

/** Event streams. Each leaves a trace when it begins and another when its source is ended. */
@Controller()
export class FeedController {
  @Sse('feed')
  @RequireSession()
  feed(@CurrentSession('userId') user: string): Observable<MessageEvent> {
    return told(user);
  }

  @Sse('admin-feed')
  @RequireSession({ role: 'org:admin' })
  adminFeed(@CurrentSession('userId') user: string): Observable<MessageEvent> {
    return told(user);
  }

  @Sse('sure-feed')
  @RequireSession({ live: true })
  sureFeed(@CurrentSession('userId') user: string): Observable<MessageEvent> {
    return told(user);
  }
}

function told(user: string): Observable<MessageEvent> {
  handled.push(`begun ${user}`);
  return news.pipe(
    map((data) => ({ data, retry: 10 })),
    finalize(() => handled.push(`ended ${user}`)),
  );
}
