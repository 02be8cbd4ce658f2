import {
  All,
  Controller,
  Get,
  Injectable,
  Post,
  Scope,
  UseGuards,
  Version,
  type CanActivate,
} from '@nestjs/common';
import {
  AuthGuard,
  OptionalSession,
  Public,
  RequireSession,
  type Protection,
} from 'nestjs-clerk-auth';

const REQUIRED: Protection = { kind: 'required', demands: [] };
const OPTIONAL: Protection = { kind: 'optional' };
const PUBLIC: Protection = { kind: 'public' };
const UNGUARDED: Protection = { kind: 'unguarded' };

@Injectable()
export class StaffGuard extends AuthGuard {}

@Injectable({ scope: Scope.REQUEST })
export class ScopedStaffGuard extends AuthGuard {}

@Injectable()
export class ForeignGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
export class ScopedForeignGuard extends ForeignGuard {}

/** As a careless decorator for logging or caching does it: the handler's notes stay with the function left behind. */
export function Replacing(
  _: object,
  __: string,
  descriptor: TypedPropertyDescriptor<() => string>,
): void {
  const original = descriptor.value;
  descriptor.value = function (this: unknown) {
    return original?.call(this) ?? '';
  };
}

const Member = (): MethodDecorator & ClassDecorator => RequireSession({ organization: true });

/** Nothing on the class: what each handler says is all there is. */
@Controller('plain')
export class PlainController {
  @Get('required')
  @RequireSession()
  required(): string {
    return 'ran';
  }

  @Get('member')
  @Member()
  member(): string {
    return 'ran';
  }

  @Get('optional')
  @OptionalSession({ invalid: 'reject' })
  optional(): string {
    return 'ran';
  }

  @Get('public')
  @Public()
  open(): string {
    return 'ran';
  }

  @Get('by-hand')
  @UseGuards(ForeignGuard, AuthGuard)
  byHand(): string {
    return 'ran';
  }

  @Get('by-subclass')
  @UseGuards(StaffGuard)
  bySubclass(): string {
    return 'ran';
  }

  @Get('foreign')
  @UseGuards(ForeignGuard)
  foreign(): string {
    return 'ran';
  }

  @Get('replaced')
  @RequireSession()
  @Replacing
  replaced(): string {
    return 'ran';
  }

  @Get('silent')
  silent(): string {
    return 'ran';
  }

  helper(): string {
    return 'no route';
  }
}

@Controller('guarded')
@UseGuards(AuthGuard)
export class GuardedController {
  @Get('silent')
  silent(): string {
    return 'ran';
  }

  @Get('optional')
  @OptionalSession()
  optional(): string {
    return 'ran';
  }

  @Get('public')
  @Public()
  open(): string {
    return 'ran';
  }
}

@Controller('foreign')
@UseGuards(ForeignGuard)
export class ForeignController {
  @Get('silent')
  silent(): string {
    return 'ran';
  }
}

@Controller('open')
@Public()
export class OpenController {
  @Get('silent')
  silent(): string {
    return 'ran';
  }

  @Get('required')
  @RequireSession()
  required(): string {
    return 'ran';
  }
}

abstract class BaseController {
  @Get('inherited')
  @RequireSession()
  inherited(): string {
    return 'ran';
  }

  @Get('inherited-silent')
  inheritedSilent(): string {
    return 'ran';
  }

  @Get('overridden')
  @RequireSession()
  overridden(): string {
    return 'ran';
  }

  @Get('hidden')
  hidden(): string {
    return 'ran';
  }
}

@Controller('derived')
class DerivedController extends BaseController {
  @Get('overridden')
  override overridden(): string {
    return 'ran';
  }

  override hidden(): string {
    return 'no route anymore';
  }
}

@Controller({ path: ['one', '/two/'], scope: Scope.REQUEST })
@OptionalSession()
export class ScopedController {
  @All(['a', 'b/:id'])
  several(): string {
    return 'ran';
  }

  @Post()
  none(): string {
    return 'ran';
  }
}

@Controller({ path: 'versioned', version: '1' })
class VersionedController {
  @Get()
  @RequireSession()
  first(): string {
    return 'ran';
  }

  @Get()
  @Version('2')
  second(): string {
    return 'ran';
  }
}

export const ALL_CONTROLLERS = [
  PlainController,
  GuardedController,
  ForeignController,
  OpenController,
  DerivedController,
  ScopedController,
  VersionedController,
];

/** Each handler, in order, and what protects it, where no guard is global. */
export const WITHOUT_GLOBAL_GUARD: readonly (readonly [string, string, Protection])[] = [
  ['PlainController.required', 'GET /plain/required', REQUIRED],
  ['PlainController.member', 'GET /plain/member', { kind: 'required', demands: ['organization'] }],
  ['PlainController.optional', 'GET /plain/optional', OPTIONAL],
  ['PlainController.open', 'GET /plain/public', PUBLIC],
  ['PlainController.byHand', 'GET /plain/by-hand', REQUIRED],
  ['PlainController.bySubclass', 'GET /plain/by-subclass', REQUIRED],
  ['PlainController.foreign', 'GET /plain/foreign', UNGUARDED],
  ['PlainController.replaced', 'GET /plain/replaced', REQUIRED],
  ['PlainController.silent', 'GET /plain/silent', UNGUARDED],
  ['GuardedController.silent', 'GET /guarded/silent', REQUIRED],
  ['GuardedController.optional', 'GET /guarded/optional', OPTIONAL],
  ['GuardedController.open', 'GET /guarded/public', PUBLIC],
  ['ForeignController.silent', 'GET /foreign/silent', UNGUARDED],
  ['OpenController.silent', 'GET /open/silent', PUBLIC],
  ['OpenController.required', 'GET /open/required', REQUIRED],
  ['DerivedController.overridden', 'GET /derived/overridden', UNGUARDED],
  ['DerivedController.inherited', 'GET /derived/inherited', REQUIRED],
  ['DerivedController.inheritedSilent', 'GET /derived/inherited-silent', UNGUARDED],
  ['ScopedController.several', 'ALL /one/a, /one/b/:id, /two/a, /two/b/:id', OPTIONAL],
  ['ScopedController.none', 'POST /one, /two', OPTIONAL],
  ['VersionedController.first', 'GET /v1/versioned', REQUIRED],
  ['VersionedController.second', 'GET /v2/versioned', UNGUARDED],
];

/** The same where one is: what says nothing is required. */
export const WITH_GLOBAL_GUARD = WITHOUT_GLOBAL_GUARD.map(
  ([name, at, protection]) =>
    [name, at, protection.kind === 'unguarded' ? REQUIRED : protection] as const,
);
