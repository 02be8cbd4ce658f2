import { startLocalClerk } from './demo/local-clerk.js';
import { findRedis } from './demo/find-redis.js';
import { startProcess } from './demo/start-process.js';
import { showAround } from './demo/show-around.js';
import { makeFolder } from './demo/make-folder.js';

// What stands around an app: Clerk, Redis, a folder for the store, and the app itself, twice. Yours starts with app.ts.
const folder = makeFolder();
const { clerk, environment, sendTo } = await startLocalClerk();
const redis = await findRedis(folder);
const shared = { ...environment, REDIS_URL: redis?.url ?? '', USERS: folder };
const port = Number(process.env.PORT ?? 3006);
const first = await startProcess(port, shared);
// Without Redis each process would know only of its own: then there is one.
const second =
  redis === undefined ? undefined : await startProcess(port === 0 ? 0 : port + 1, shared);
sendTo(`${first.url}/webhooks/clerk`);
showAround({ clerk: clerk.url, redis, first, second });
