/** As many characters from a token's end as fill a fingerprint; a signature's last ones differ between any two tokens. */
const FINGERPRINTED = 6;
const BITS_EACH = 5;

/**
 * A number under which a token is looked up: quicker than a text, and it holds on to no header. Tokens may share one,
 * so what is found must still be compared with the whole token.
 */
export function fingerprintOf(token: string): number {
  const end = token.length - 1;
  let fingerprint = 0;
  // Of the very last character most bits are padding.
  for (let at = end - FINGERPRINTED; at < end; at += 1) {
    fingerprint = ((fingerprint << BITS_EACH) ^ token.charCodeAt(at)) | 0;
  }
  return fingerprint;
}
