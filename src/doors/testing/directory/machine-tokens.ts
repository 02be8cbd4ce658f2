/** What every kind has. Times in milliseconds since 1970. */
interface IssuedToken {
  readonly id: string;
  /** What the caller sends. */
  readonly secret: string;
  /** `user_…`, `org_…` or `mch_…` */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** `null`: never. */
  readonly expiration: number | null;
  readonly revoked: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Claims of the developer's own. */
type Claims = Readonly<Record<string, unknown>>;

/** Acts in the name of a user, an organization or a machine. */
export interface ApiKeyRecord extends IssuedToken {
  readonly type: 'api_key';
  readonly name: string;
  readonly claims: Claims | null;
}

/** Goes from one machine to others; their ids are its scopes. */
export interface M2mTokenRecord extends IssuedToken {
  readonly type: 'm2m_token';
  readonly claims: Claims | null;
}

/** Lets an application act for a user. */
export interface OAuthTokenRecord extends IssuedToken {
  readonly type: 'oauth_token';
  readonly clientId: string;
}

/** A token that no browser holds, by Clerk's words for its kinds. */
export type MachineTokenRecord = ApiKeyRecord | M2mTokenRecord | OAuthTokenRecord;

/** Without what comes with being issued. */
type Unissued<Token> = Token extends IssuedToken
  ? Omit<Token, 'expiration' | 'revoked' | 'createdAt' | 'updatedAt'>
  : never;

/** The one of a kind. */
export type MachineTokenOf<Type extends MachineTokenRecord['type']> = Extract<
  MachineTokenRecord,
  { readonly type: Type }
>;

/** Which API keys, M2M tokens and OAuth tokens were issued, and are they still good? */
export class MachineTokens {
  readonly #records = new Map<string, MachineTokenRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param expiresIn seconds; negative for a token that has expired, `undefined` for one that never will */
  issue(token: Unissued<MachineTokenRecord>, expiresIn?: number): void {
    const now = this.#now();
    const expiration = expiresIn === undefined ? null : now + expiresIn * 1000;
    this.#keep({ ...token, expiration, revoked: false, createdAt: now, updatedAt: now });
  }

  find(id: string): MachineTokenRecord | undefined {
    return this.#records.get(id);
  }

  /** The token of that kind with that secret. */
  holding<Type extends MachineTokenRecord['type']>(
    type: Type,
    secret: string,
  ): MachineTokenOf<Type> | undefined {
    return [...this.#records.values()].find(
      (token): token is MachineTokenOf<Type> => token.type === type && token.secret === secret,
    );
  }

  /** @throws Error for an id of no token here */
  revoke(id: string): MachineTokenRecord {
    const token = this.find(id);
    if (token === undefined) throw new Error(`LocalClerk has issued no machine token ${id}.`);
    return this.#keep({ ...token, revoked: true, updatedAt: this.#now() });
  }

  isExpired({ expiration }: MachineTokenRecord): boolean {
    return expiration !== null && this.#now() >= expiration;
  }

  #keep(record: MachineTokenRecord): MachineTokenRecord {
    this.#records.set(record.id, Object.freeze(record));
    return record;
  }
}
