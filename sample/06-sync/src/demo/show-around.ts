import type { AppProcess } from './start-process.js';
import type { FoundRedis } from './find-redis.js';

/** Where everything listens. */
export interface Place {
  readonly clerk: string;
  readonly redis: FoundRedis | undefined;
  readonly first: AppProcess;
  readonly second: AppProcess | undefined;
}

/** Tells the reader what to try. */
export function showAround({ clerk, redis, first, second }: Place): void {
  const apps = [first, ...(second === undefined ? [] : [second])].map(({ url }) => url);
  const bearer = '-H "Authorization: Bearer $TOKEN"';
  const each = (path: string): string =>
    apps.map((url) => `  curl -i ${url}/${path} ${bearer}; echo`).join('\n');
  console.log(`
LocalClerk plays Clerk on ${clerk}, and sends its webhooks to ${first.url}
${
  redis === undefined
    ? 'No Redis was found, so the app runs in one process. Install redis-server, or set REDIS_URL, for two.'
    : `The app runs in two processes, ${apps.join(' and ')}, with ${redis.what}`
}

Paste these lines into another terminal (bash), one after the other:

# 1. A user is made. Clerk's webhook brings the row, and every process finds it.
  curl -s -d '{"user":"grace","firstName":"Grace","lastName":"Murray"}' ${clerk}/_local/users > /dev/null
  GRACE=$(curl -s -d '{"user":"grace"}' ${clerk}/_local/sign-in)
  id() { sed -E "s/.*\\"$1\\":\\"([^\\"]*)\\".*/\\1/" <<< "$GRACE"; }
  renew() { TOKEN=$(curl -s -X POST ${clerk}/_local/sessions/$(id sessionId)/token | cut -d '"' -f 4); }
  renew; sleep 1
${each('profile')}

# 2. She takes another name. The row changes, and so does what @CurrentUser() had kept of her.
${each('me')}
  curl -s -d '{"lastName":"Hopper"}' ${clerk}/_local/users/grace > /dev/null; sleep 1
${each('profile')}
${each('me')}

# 3. She is banned. Her token would be good for most of a minute: every process refuses it at once.
  renew
  curl -s -X POST ${clerk}/_local/users/grace/ban > /dev/null; sleep 1
${each('me')}

# 4. What was sent, and how the app answered it
  curl -s ${clerk}/_local/webhooks; echo

Ctrl+C stops.
`);
}
