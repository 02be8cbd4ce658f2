import { Injectable } from '@nestjs/common';
import { OnClerkEvent, type ClerkEvent } from 'nestjs-clerk-auth/webhooks';
import { UserStore } from './user-store.js';

/** Keeps our own table of users as Clerk's is. Events come in any order, and now and then twice. */
@Injectable()
export class UserSync {
  constructor(private readonly users: UserStore) {}

  @OnClerkEvent('user.created', 'user.updated')
  save({ data }: ClerkEvent<'user.created' | 'user.updated'>): void {
    const email = data.email_addresses.find(({ id }) => id === data.primary_email_address_id);
    this.users.save({
      id: data.id,
      name: [data.first_name, data.last_name].filter((name) => name !== null).join(' '),
      email: email?.email_address ?? null,
      updatedAt: data.updated_at,
    });
  }

  @OnClerkEvent('user.deleted')
  bury({ data }: ClerkEvent<'user.deleted'>): void {
    if (data.id !== undefined) this.users.bury(data.id);
  }
}
