import { Injectable } from '@nestjs/common';
import { OnClerkEvent, type ClerkEvent, type Delivery } from 'nestjs-clerk-auth/webhooks';

/** Listens to everything, and notes it. */
@Injectable()
export class EventRecorder {
  readonly events: ClerkEvent[] = [];
  readonly deliveries: Delivery[] = [];

  @OnClerkEvent('*')
  note(event: ClerkEvent, delivery: Delivery): void {
    this.events.push(event);
    this.deliveries.push(delivery);
  }
}
