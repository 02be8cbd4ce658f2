import { verifyToken } from '@clerk/backend';
import { UnauthorizedException } from '@nestjs/common';

/**
 * The guard that blog posts about Nest and Clerk show, without the call for the whole user that many of them add to
 * every request.
 */
export class BlogPostGuard {
  constructor({ options }) {
    this.options = { secretKey: options.secretKey, apiUrl: options.apiUrl };
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || !token) throw new UnauthorizedException('No token provided');
    try {
      request.user = await verifyToken(token, this.options);
    } catch {
      throw new UnauthorizedException('Invalid token');
    }
    return true;
  }
}
