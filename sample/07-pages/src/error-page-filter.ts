import { Catch, HttpException, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';

/** As much of the request as this asks for. */
interface Asked {
  readonly headers: { readonly accept?: string };
}

/** As much of Express's response. */
interface Answer {
  status(code: number): Answer;
  render(view: string, shown: object): void;
}

const WORDS: Readonly<Record<number, readonly [title: string, advice: string]>> = {
  401: [
    'Please sign in',
    'Your session ended while the page was open. Sign in in another tab, then reload this one: your form is sent again.',
  ],
  403: ['Not for you', 'You are signed in, but this page is for others.'],
  404: ['Nothing here', 'There is no such page.'],
  503: ['One moment', 'Who you are cannot be checked right now. Reload this page in a moment.'],
};

/** A page for whoever looks at one; programs get what they would get without this. */
@Catch(HttpException)
export class ErrorPageFilter extends BaseExceptionFilter<HttpException> {
  override catch(exception: HttpException, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { accept = '' } = http.getRequest<Asked>().headers;
    if (!accept.startsWith('text/html')) {
      super.catch(exception, host);
      return;
    }
    const status = exception.getStatus();
    const [title, advice] = WORDS[status] ?? ['That did not work', exception.message];
    const shown = { status, title, advice, isKept: status === 401 };
    http.getResponse<Answer>().status(status).render('error', shown);
  }
}
