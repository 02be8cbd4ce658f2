import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ClerkModule } from 'nestjs-clerk-auth';
import { ClerkPagesModule } from 'nestjs-clerk-auth/pages';
import { ErrorPageFilter } from './error-page-filter.js';
import { HomePages } from './home-pages.js';
import { InvoiceBook } from './invoice-book.js';
import { InvoicePages } from './invoice-pages.js';
import { TeamPages } from './team-pages.js';

@Module({
  // Everything comes from the environment. `strict`: a page that says nothing of sessions keeps the app from starting.
  imports: [ClerkModule.forRoot({ audit: 'strict' }), ClerkPagesModule.forRoot()],
  controllers: [HomePages, InvoicePages, TeamPages],
  providers: [InvoiceBook, { provide: APP_FILTER, useClass: ErrorPageFilter }],
})
export class AppModule {}
