import { Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { CurrentSession, type Organization } from 'nestjs-clerk-auth';
import { AdminOnly } from './admin-only.js';
import { InOrganization } from './in-organization.js';
import { isOwn } from './is-own.js';

/** One route for each thing that can be demanded. What a handler demands replaces what its class demands. */
@Controller('organizations/:orgId')
@InOrganization()
export class OrganizationController {
  /** Says nothing of its own, so the class has its say: every member, and nobody else. */
  @Get()
  show(@CurrentSession('organization') organization: Organization) {
    return { organization: organization.slug, yourRole: organization.role };
  }

  @Get('invoices')
  @InOrganization({ permission: 'org:invoices:read' })
  invoices() {
    return { invoices: ['A-1', 'A-2'] };
  }

  /** What the organization pays for is in the tokens of all its members. */
  @Get('forecast')
  @InOrganization({ plan: 'org:team' })
  forecast() {
    return { forecast: 'sunny' };
  }

  @Get('export')
  @InOrganization({ feature: 'org:export' })
  export() {
    return { rows: 2 };
  }

  @Get('audit-log')
  @AdminOnly()
  auditLog() {
    return { entries: ['Bob joined'] };
  }

  /** An admin who has proved within the last ten minutes to be the one. */
  @Delete()
  @AdminOnly({ reverification: 'strict' })
  close(@Param('orgId') orgId: string) {
    return { closed: orgId };
  }

  /** Support may look at much in the name of Ada, but not at this. */
  @Get('bank-account')
  @AdminOnly({ actor: false })
  bankAccount() {
    return { iban: 'unknown' };
  }

  @Get('members/:userId/payslip')
  @InOrganization({ predicate: isOwn })
  payslip(@Param('userId') userId: string) {
    return { payslipOf: userId };
  }

  /** A token outlives its session by up to a minute. Where money leaves, that is too long: Clerk is asked. */
  @Post('payouts')
  @InOrganization({ live: true })
  payOut() {
    return { paid: true };
  }
}
