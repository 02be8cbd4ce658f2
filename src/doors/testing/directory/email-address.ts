/** The address of the user of that name: `ada` has `ada@example.com`, and a name that is an address already is its own. */
export function emailAddressOf(name: string): string {
  return name.includes('@') ? name : `${encodeURIComponent(name)}@example.com`;
}

/** The shortest name whose address it is: who signs up as `carol@example.com` is the `carol` of every test. */
export function nameFor(emailAddress: string): string {
  const [local = ''] = emailAddress.split('@');
  return local !== '' && emailAddressOf(local) === emailAddress ? local : emailAddress;
}

/** How an address was proved: not by post, which LocalClerk sends none of, but by whoever runs it. */
export const VERIFICATION = {
  object: 'verification_admin',
  status: 'verified',
  strategy: 'admin',
  attempts: null,
  expire_at: null,
};

/** As much of RFC 5322 as a typing mistake offends against. */
export function isEmailAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}
