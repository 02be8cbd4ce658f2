import { Injectable } from '@nestjs/common';

export interface Invoice {
  readonly number: number;
  readonly customer: string;
  readonly amount: string;
  readonly date: string;
}

const EUROS = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** Everybody's invoices, newest first, for as long as the app runs. */
@Injectable()
export class InvoiceBook {
  private readonly byUser = new Map<string, readonly Invoice[]>();

  of(userId: string): readonly Invoice[] {
    return this.byUser.get(userId) ?? EXAMPLES;
  }

  find(userId: string, number: number): Invoice | undefined {
    return this.of(userId).find((invoice) => invoice.number === number);
  }

  write(userId: string, customer: string, euros: number): void {
    const earlier = this.of(userId);
    this.byUser.set(userId, [invoiceOf(earlier.length + 1, customer, euros), ...earlier]);
  }
}

function invoiceOf(number: number, customer: string, euros: number): Invoice {
  return { number, customer, amount: EUROS.format(euros), date: DAY.format() };
}

const EXAMPLES = [invoiceOf(2, 'Babbage & Sons', 1842), invoiceOf(1, 'Menabrea Notes', 120)];
