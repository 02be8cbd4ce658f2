import { HttpException } from '@nestjs/common';
import type {
  AccessDeniedCode,
  AuthorityUnavailableCode,
  UnauthenticatedCode,
} from '../errors/error-code.js';
import { MESSAGES } from '../errors/messages.js';

/** A code that can be answered over HTTP. */
export type RefusalCode = UnauthenticatedCode | AccessDeniedCode | AuthorityUnavailableCode;

/** The body of a refusal: none, RFC 9457 JSON, or the JSON that Nest answers exceptions with. */
export type ErrorBody = 'none' | 'problem' | 'nest';

/** What every refusal may be told besides its code. */
export interface RefusalOptions {
  /** What went wrong behind it, for the log; never sent. */
  readonly cause?: unknown;
  /** The body it is answered with; left out, the module's option `errorBody` decides. */
  readonly errorBody?: ErrorBody | undefined;
}

/** The `extensions` of a refusal in a GraphQL answer. */
export interface RefusalExtensions {
  /** `UNAUTHENTICATED`, `FORBIDDEN` or `SERVICE_UNAVAILABLE`; Apollo over HTTP has `INTERNAL_SERVER_ERROR` for the last. */
  readonly code: string;
  /** The stable reason, for programs. */
  readonly reason: RefusalCode;
  /** The status that HTTP would have. */
  readonly status: number;
  /** What Clerk's front-end hooks look for, for `reverification_required`. */
  readonly clerk_error?: unknown;
}

const GRAPHQL_CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
};

/**
 * A request that is not let in. An exception of Nest's own kind, so that exception filters and interceptors of the
 * application see it; left alone, it is answered as the option `errorBody` says.
 */
export abstract class Refusal<Code extends RefusalCode = RefusalCode> extends HttpException {
  /** The body that this very refusal wants; `undefined`: as the module's option `errorBody` says. */
  readonly errorBody: ErrorBody | undefined;
  /** The status in words (RFC 9110 section 15). */
  abstract readonly title: string;

  protected constructor(
    /** The stable reason, for programs. */
    readonly code: Code,
    statusCode: number,
    options: RefusalOptions = {},
    private readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    // Filters of the application answer with this, so all that must be said is in it.
    const body = { statusCode, code, message: MESSAGES[code], ...extra };
    super(body, statusCode, { cause: options.cause });
    this.errorBody = options.errorBody;
  }

  /** What GraphQL says beside the message: every driver copies this from whatever a resolver or guard throws. */
  get extensions(): RefusalExtensions {
    const status = this.getStatus();
    return {
      ...this.details(),
      code: GRAPHQL_CODES[status] ?? 'FORBIDDEN',
      reason: this.code,
      status,
    };
  }

  /** The header fields that the answer must bear. */
  abstract headers(): Readonly<Record<string, string>>;

  /** What the body says besides status, message and code. */
  details(): Readonly<Record<string, unknown>> {
    return this.extra;
  }

  /** The body it is answered with where the module's option says this. */
  bodyUnder(option: ErrorBody): ErrorBody {
    return this.errorBody ?? option;
  }
}
