import { isAccessTokenType, isMachineId } from '../credentials/machine-token.js';
import type { SessionTokenText } from '../credentials/token-shape.js';
import type { MachineTokenType } from '../credentials/token-type.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import { checkAudience, checkIssuer, checkLifetime, type TokenRules } from './claim-checks.js';
import type { JwsReader, Untrusted } from './compact-jws.js';
import { eventually, type Eventually } from './eventually.js';
import { checkForm, keyIdOf } from './header-check.js';
import type { KeySource } from './key-source.js';
import type { MachineRecord } from './machine-record.js';
import { isSubjectOf } from './opaque-machine-token.js';
import { findSigningKey } from './signing-key.js';
import { rejected, type MachineAccepted, type Rejected } from './verdict.js';

/** What checking a machine's JWT takes besides the token. */
export interface MachineJwtCheck {
  readonly rules: TokenRules;
  readonly keys: KeySource;
  readonly jws: JwsReader;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Clerk's category of M2M tokens. */
const M2M_CATEGORY = 'cl_B7d4PD333AAA';

/**
 * Is this machine's JWT true? Header, key, signature, then claims, as with session tokens. Nobody is asked, so a token
 * that was revoked stays true until it runs out.
 *
 * @throws AuthorityUnavailable when the key cannot be fetched
 */
export function verifyMachineJwt(
  type: MachineTokenType,
  token: SessionTokenText,
  check: MachineJwtCheck,
): Eventually<MachineAccepted | Rejected> {
  const jws = check.jws.read(token);
  if (jws === undefined) return rejected('token_malformed');
  const code = checkForm(jws.header) ?? checkKind(type, jws.header);
  if (code !== undefined) return rejected(code);
  return eventually(findSigningKey(token, keyIdOf(jws.header), check), (proof) =>
    proof.kind === 'rejected' ? proof : judge(type, jws.payload, check),
  );
}

/** API keys are never JWTs. An M2M token's `typ` is a JWT's or none; `cat`, if there is one, says that it is one. */
function checkKind(type: MachineTokenType, header: Untrusted): UnauthenticatedCode | undefined {
  switch (type) {
    case 'api_key':
      return 'token_type_unsupported';
    case 'oauth_token':
      return isAccessTokenType(header.typ) ? undefined : 'token_type_unsupported';
    case 'm2m_token': {
      const isKind = header.cat === undefined || header.cat === M2M_CATEGORY;
      const isJwt = header.typ === undefined || header.typ === 'JWT';
      return isKind && isJwt ? undefined : 'token_type_unsupported';
    }
  }
}

function judge(
  type: MachineTokenType,
  claims: Untrusted,
  { rules, now }: MachineJwtCheck,
): MachineAccepted | Rejected {
  const machine = type === 'm2m_token' ? m2mOf(claims) : oauthOf(claims);
  if (machine === undefined) return rejected('token_claims_invalid');
  const code =
    checkReceiver(type, claims, rules) ??
    checkIssuer(claims, rules) ??
    checkLifetime(claims, rules, now());
  return code === undefined ? { kind: 'machine', machine } : rejected(code);
}

/** As with Clerk, an OAuth token must name the audience that is set, an M2M token only if it names any. */
function checkReceiver(
  type: MachineTokenType,
  claims: Untrusted,
  rules: TokenRules,
): UnauthenticatedCode | undefined {
  const isOpen = type === 'm2m_token' && claims.aud === undefined;
  return isOpen ? undefined : checkAudience(claims, rules);
}

/** Claims that every token has; what is left are the machine's own. */
const REGISTERED: ReadonlySet<string> = new Set(['iss', 'sub', 'exp', 'nbf', 'iat', 'jti']);

function m2mOf(claims: Untrusted): MachineRecord | undefined {
  const { sub, jti, scopes, aud } = claims;
  if (!isMachineId(sub) || !isSubjectOf('m2m_token', sub) || !isText(jti)) return undefined;
  const own = Object.entries(claims).filter(([name]) => !REGISTERED.has(name));
  return {
    type: 'm2m_token',
    id: jti,
    subject: sub,
    scopes: scopes === undefined ? textsIn(aud) : textsIn(scopes),
    claims: own.length > 0 ? Object.fromEntries(own) : undefined,
    name: undefined,
    clientId: undefined,
    expireAt: endOf(claims),
  };
}

function oauthOf(claims: Untrusted): MachineRecord | undefined {
  const { sub, jti, client_id: clientId, scp, scope } = claims;
  if (!isText(sub) || !isSubjectOf('oauth_token', sub)) return undefined;
  if (!isText(jti) || !isText(clientId)) return undefined;
  return {
    type: 'oauth_token',
    id: jti,
    subject: sub,
    scopes: textsIn(scp ?? scope),
    claims: undefined,
    name: undefined,
    clientId,
    expireAt: endOf(claims),
  };
}

/** Scopes are a list, or one text with blanks between them (RFC 6749 section 3.3). */
function textsIn(value: unknown): readonly string[] {
  const list: readonly unknown[] = typeof value === 'string' ? value.split(' ') : asList(value);
  return list.filter(isText);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function endOf({ exp }: Untrusted): number | undefined {
  return typeof exp === 'number' ? exp * 1000 : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
