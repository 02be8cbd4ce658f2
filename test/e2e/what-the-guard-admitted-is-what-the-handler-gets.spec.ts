import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Req,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import {
  AcceptTokens,
  ClerkModule,
  CurrentCaller,
  CurrentMachine,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  sessionOf,
  SessionService,
  type Caller,
  type HttpRequest,
  type Machine,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** Sessions that code beside the guard found, in order. */
const found: (string | null)[] = [];

/** The service of the customers' instance, for code of the staff's module. */
const CUSTOMERS = Symbol('customers');

@Injectable()
class AsksTheService implements NestInterceptor {
  constructor(@Inject(SessionService) private readonly sessions: SessionService) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const carrier = context.switchToHttp().getRequest<HttpRequest>();
    found.push((await this.sessions.authenticate(carrier))?.userId ?? null);
    return next.handle();
  }
}

@Injectable()
class AsksAboutCustomers implements CanActivate, NestInterceptor {
  constructor(@Inject(CUSTOMERS) private readonly customers: SessionService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.look(context);
    return true;
  }

  async intercept(context: ExecutionContext, next: CallHandler) {
    await this.look(context);
    return next.handle();
  }

  private async look(context: ExecutionContext): Promise<void> {
    const carrier = context.switchToHttp().getRequest<HttpRequest>();
    found.push((await this.customers.authenticate(carrier))?.userId ?? null);
  }
}

@Controller('machines')
class MachinesController {
  @Get()
  @AcceptTokens('api_key')
  machine(@CurrentMachine() machine: Machine | null, @CurrentCaller() caller: Caller | null) {
    return { machine: machine?.subject ?? null, same: machine === caller };
  }

  @Get('both')
  @AcceptTokens('session_token', 'api_key')
  both(@CurrentCaller() caller: Caller | null) {
    return { by: caller?.tokenType ?? null };
  }

  @Get('open')
  @Public()
  open(@Req() carrier: HttpRequest) {
    return { user: sessionOf(carrier)?.userId ?? null };
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession('userId') user: string | null) {
    return { user };
  }

  @Get('unguarded')
  unguarded(@CurrentSession('userId') user: string | null) {
    return { user };
  }
}

interface Seen {
  readonly user: string;
  readonly role: string | undefined;
  readonly same: boolean;
}

@Controller('staff')
@UseGuards(AsksAboutCustomers)
@RequireSession()
@UseGuards(AsksAboutCustomers)
@UseInterceptors(AsksAboutCustomers)
class StaffController {
  @Get()
  me(@CurrentSession() session: Session, @Req() carrier: HttpRequest): Seen {
    const { userId: user, organization } = session;
    return { user, role: organization?.role, same: sessionOf(carrier) === session };
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [MachinesController],
      providers: [{ provide: APP_INTERCEPTOR, useClass: AsksTheService }],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    found.length = 0;
  });

  const get = (path: string): request.Test => request(app.getHttpServer()).get(path);

  it('a machine stays the machine, whoever asks for its session', async () => {
    const { header } = clerk.createApiKey({ subject: 'ada' });
    const { userId } = clerk.signIn('ada');
    const { body } = await get('/machines').set('Authorization', header).expect(200);
    expect(body).toEqual({ machine: userId, same: true });
    expect(found).toEqual([null]);
    const both = await get('/machines/both').set('Authorization', header).expect(200);
    expect(both.body).toEqual({ by: 'api_key' });
  });

  it('a session is verified once for each of what is accepted', async () => {
    const ada = clerk.signIn('ada');
    clerk.forgetCalls();
    const asked = get('/machines/optional').set('Cookie', ada.clientCookie);
    expect((await asked.expect(200)).body).toEqual({ user: ada.userId });
    expect(found).toEqual([ada.userId]);
    expect(clerk.callsTo('/v1/clients/verify')).toHaveLength(1);
  });

  it('what was only looked up is nobody whom a guard let in', async () => {
    const ada = clerk.signIn('ada');
    const open = await get('/machines/open').set('Authorization', ada.header).expect(200);
    expect(open.body).toEqual({ user: null });
    const unguarded = await get('/machines/unguarded').set('Authorization', ada.header);
    expect(unguarded.status).toBe(500);
    expect(found).toEqual([ada.userId, ada.userId]);
  });
});

describe.each(ADAPTERS)('with two instances of Clerk, on %s', (adapter) => {
  let staff: LocalClerk;
  let customers: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    staff = await LocalClerk.start();
    customers = await LocalClerk.start();

    @Module({
      imports: [ClerkModule.forRoot({ ...customers.options(), isGlobal: false })],
      providers: [{ provide: CUSTOMERS, useExisting: SessionService }],
      exports: [CUSTOMERS],
    })
    class CustomersModule {}

    @Module({
      imports: [ClerkModule.forRoot({ ...staff.options(), isGlobal: false }), CustomersModule],
      controllers: [StaffController],
    })
    class StaffModule {}

    app = await startApp(adapter, { imports: [StaffModule] });
  });

  afterAll(async () => {
    await app.close();
    await staff.stop();
    await customers.stop();
  });

  beforeEach(() => {
    found.length = 0;
  });

  it('a look by the other one changes neither the session nor its roles', async () => {
    const ada = staff.signIn('ada', { organization: { slug: 'acme', role: 'org:member' } });
    const carl = customers.signIn('carl', { organization: { slug: 'acme', role: 'org:admin' } });
    // Both cookies are suffixed, so both instances find their own on one request.
    const cookies = `${ada.suffixedCookie}; ${carl.suffixedCookie}`;
    const { body } = await request(app.getHttpServer())
      .get('/staff')
      .set('Cookie', cookies)
      .expect(200);
    expect(body).toEqual({ user: ada.userId, role: 'org:member', same: true });
    expect(new Set(found)).toEqual(new Set([carl.userId]));
    expect(found).toHaveLength(3);
  });

  it("a customer is refused on the staff's route, whatever the other one says", async () => {
    const carl = customers.signIn('carl');
    await request(app.getHttpServer()).get('/staff').set('Cookie', carl.suffixedCookie).expect(401);
    expect(new Set(found)).toEqual(new Set([carl.userId]));
  });
});
