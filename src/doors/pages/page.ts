import type { Visit } from '../../access/page-gate.js';
import { ownOriginOf } from './own-origin.js';
import { ownTargetOf } from './own-target.js';
import { navigationKindOf } from './navigation-kind.js';
import { readPageCookies, type PageCookies } from './page-cookies.js';

/** A page that a browser asks for. */
export interface Page {
  readonly kind: 'document' | 'frame';
  /** Path and query as the browser asked for them. */
  readonly target: string;
  /** Under which the browser sees this application; `undefined` where nobody can say. */
  readonly origin: string | undefined;
  readonly cookies: PageCookies;
  /** What the handler gets. */
  readonly response: unknown;
}

type Asked = Parameters<typeof ownTargetOf>[0] & Parameters<typeof ownOriginOf>[0];

/** The origin of whatever a request asks for; `undefined` where nobody can say. */
export function readOrigin(
  context: Visit['context'],
  knownOrigin: string | undefined,
): string | undefined {
  return knownOrigin ?? ownOriginOf(context.switchToHttp().getRequest<Asked>());
}

/** A class and no object with a getter: each of those would have a shape of its own, which costs more than the rest. */
class AskedPage implements Page {
  constructor(
    readonly kind: Page['kind'],
    readonly target: string,
    readonly cookies: PageCookies,
    readonly response: unknown,
    private readonly asked: Asked,
    private readonly knownOrigin: string | undefined,
  ) {}

  /** Nobody asks for it where nobody is sent anywhere. */
  get origin(): string | undefined {
    return this.knownOrigin ?? ownOriginOf(this.asked);
  }
}

/** The page that a request asks for; `undefined` for whatever else it asks for. */
export function readPage(
  { request, context }: Pick<Visit, 'request' | 'context'>,
  knownOrigin: string | undefined,
): Page | undefined {
  const kind = navigationKindOf(request);
  if (kind === 'none') return undefined;
  const http = context.switchToHttp();
  const asked = http.getRequest<Asked>();
  const target = ownTargetOf(asked);
  if (target === undefined) return undefined;
  const cookies = readPageCookies(request.cookie);
  return new AskedPage(kind, target, cookies, http.getResponse(), asked, knownOrigin);
}
