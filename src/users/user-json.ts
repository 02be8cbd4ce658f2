/** A user as the Backend API writes them. Nothing is taken for granted but the id; the rest is read with care. */
export interface UserJson {
  /** `user_…` */
  readonly id: string;
  readonly [member: string]: unknown;
}
