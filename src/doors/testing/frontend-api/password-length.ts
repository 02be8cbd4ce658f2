/** Clerk's defaults for a password somebody chooses, in characters. */
export const PASSWORD_LENGTH = { min: 8, max: 72 };
