/** The words for kinds of tokens, for rooms that never see a credential. */
export {
  SESSIONS_ONLY,
  TOKEN_TYPES,
  type AcceptedTokens,
  type TokenType,
} from '../credentials/token-type.js';
