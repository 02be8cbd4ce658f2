/** Who can sign in at the LocalClerk of this sample, by e-mail address. Clerk's form has room for more: it signs up as well. */
export const PEOPLE = ['ada@example.com', 'bob@example.com'] as const;

/** Of both. Nothing real is behind it. */
export const PASSWORD = 'correct-horse-battery';
