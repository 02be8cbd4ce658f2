/** As many characters from a token's end as fill a label; a signature's last ones differ between any two tokens. */
const LABELLED = 6;
const BITS_EACH = 5;

/**
 * A number under which a token is looked up: quicker than a text, and it holds on to no header. Tokens may share one,
 * so what is found must still be compared with the whole token.
 */
export function labelOf(token: string): number {
  const end = token.length - 1;
  let label = 0;
  // Of the very last character most bits are padding.
  for (let at = end - LABELLED; at < end; at += 1) {
    label = ((label << BITS_EACH) ^ token.charCodeAt(at)) | 0;
  }
  return label;
}
