import { AuthGuard } from '@nestjs/passport';
import { passportJwtSecret } from 'jwks-rsa';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

/** `@nestjs/passport` with passport-jwt and jwks-rsa, keys cached: the way of most Nest tutorials. */
export function passportGuard({ options, issuer }) {
  const secretOrKeyProvider = passportJwtSecret({
    cache: true,
    jwksUri: `${options.apiUrl}/v1/jwks`,
    requestHeaders: { Authorization: `Bearer ${options.secretKey}` },
  });
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
  const strategy = { jwtFromRequest, secretOrKeyProvider, issuer, algorithms: ['RS256'] };
  passport.use(new Strategy(strategy, (claims, done) => done(null, claims)));
  return AuthGuard('jwt');
}
