import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { CHANNELS, type RefusalDiagnostic } from 'nestjs-clerk-auth';

/** Has the page show why a caller was refused, by a header. An app of yours keeps that to its log. */
export function showRefusalCodes(): void {
  subscribe(CHANNELS.refusal, (message) => {
    const { request, code } = message as RefusalDiagnostic;
    const { res } = request as { readonly res?: ServerResponse };
    if (res?.headersSent === false) res.setHeader('X-Refusal-Code', code);
  });
}
