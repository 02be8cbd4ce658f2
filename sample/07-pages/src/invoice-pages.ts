import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  Inject,
  NotFoundException,
  Param,
  Post,
  Redirect,
  Render,
} from '@nestjs/common';
import { CurrentSession, RequireSession, type Session } from 'nestjs-clerk-auth';
import { InvoiceBook } from './invoice-book.js';

/** Guests are sent to sign in, and come back to the very page that they asked for. */
@Controller('invoices')
@RequireSession()
export class InvoicePages {
  constructor(@Inject(InvoiceBook) private readonly book: InvoiceBook) {}

  @Get()
  @Render('invoices')
  list(@CurrentSession() { userId }: Session) {
    return { title: 'Invoices', invoices: this.book.of(userId) };
  }

  /** Cookies of a session are `SameSite=Lax`: no form of another site is sent with them. */
  @Post()
  @Redirect('/invoices', 303)
  write(@CurrentSession() { userId }: Session, @Body() { customer, amount }: WrittenInvoice) {
    const euros = Number(amount);
    if (typeof customer !== 'string' || customer.trim() === '' || !(euros > 0)) {
      throw new BadRequestException('An invoice needs a customer and an amount.');
    }
    this.book.write(userId, customer.trim(), euros);
  }

  /** A page by itself, and for htmx the part of one: then it comes without the layout. */
  @Get(':number')
  @Render('invoice')
  show(
    @CurrentSession() { userId }: Session,
    @Param('number') number: string,
    @Headers('hx-request') htmx?: string,
  ) {
    const invoice = this.book.find(userId, Number(number));
    if (invoice === undefined) throw new NotFoundException('There is no such invoice.');
    const title = `Invoice ${invoice.number}`;
    return { title, invoice, ...(htmx === undefined ? {} : { layout: false }) };
  }
}

/** What a form may send: anything. */
interface WrittenInvoice {
  readonly customer?: unknown;
  readonly amount?: unknown;
}
