import type { ExecutionContext } from '@nestjs/common';
import type { Session } from 'nestjs-clerk-auth';

/** Whether the URL names the user who calls: a question that Clerk has no word for. */
export function isOwn(session: Session, context: ExecutionContext): boolean {
  const { params } = context.switchToHttp().getRequest<{ params: { userId: string } }>();
  return params.userId === session.userId;
}
