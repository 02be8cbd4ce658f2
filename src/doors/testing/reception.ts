import { askBackendApi } from './backend-api/backend-api.js';
import { askPortal, isPortalPath } from './account-portal/portal.js';
import { backendRoutes } from './backend-api/backend-routes.js';
import type { Asked } from './http/asked.js';
import type { Reply } from './http/reply.js';
import type { Instance } from './instance.js';
import { askFrontendApi, isFrontendPath } from './frontend-api/frontend-api.js';
import { askLocalApi, isLocalPath } from './local-api/local-api.js';
import { localRoutes } from './local-api/local-routes.js';
import { askForBundle, isBundlePath } from './npm/bundles.js';

/** Shows every request to the part of this Clerk that answers it. */
export function receptionOf(instance: Instance): (asked: Asked) => Promise<Reply> {
  const local = localRoutes(instance);
  const backend = backendRoutes(instance);
  return async (asked) => {
    if (isLocalPath(asked.path)) return askLocalApi(asked, local);
    if (isPortalPath(asked.path)) return askPortal(asked, instance);
    if (isBundlePath(asked.path)) return askForBundle(asked, instance.settings.bundles);
    if (isFrontendPath(asked.path)) return askFrontendApi(asked, instance);
    return askBackendApi(asked, backend, instance);
  };
}
