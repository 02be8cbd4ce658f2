import type { AxiosRequestConfig } from 'axios';
import type { Agents } from './agents.js';

/** Bytes; the largest honest answer, a client with many sessions, is far below. */
const LONGEST_ANSWER = 5_000_000;

/** Bytes; the longest token and its field's name. */
const LONGEST_QUESTION = 100_000;

/**
 * Everything that decides where a call goes and what becomes of it, in one place. Sent with each call, because an
 * application may change the defaults of axios, before and after the start: `null` where axios takes an absent value for
 * leave to use them.
 */
export function httpPins(agents: Pick<Agents, 'http' | 'https'>): AxiosRequestConfig {
  const pins = {
    // Another base would get the secret key.
    baseURL: '',
    allowAbsoluteUrls: true,
    socketPath: null,
    allowedSocketPaths: null,
    // A proxy from the environment would get the calls to loopback and, with older versions of axios, the secret key.
    proxy: false,
    adapter: 'http',
    transport: null,
    lookup: null,
    family: null,
    httpVersion: 1,
    http2Options: null,
    httpAgent: agents.http,
    httpsAgent: agents.https,
    // A redirect would carry the secret key to wherever it leads.
    maxRedirects: 0,
    beforeRedirect: null,
    // Would replace our Authorization.
    auth: null,
    withCredentials: false,
    withXSRFToken: false,
    xsrfCookieName: '',
    xsrfHeaderName: '',
    params: null,
    paramsSerializer: null,
    // The time-outs are ours: one for each call, one for each question.
    timeout: 0,
    timeoutErrorMessage: null,
    signal: null,
    maxContentLength: LONGEST_ANSWER,
    maxBodyLength: LONGEST_QUESTION,
    maxRate: null,
    decompress: true,
    insecureHTTPParser: false,
    responseType: 'text',
    responseEncoding: 'utf8',
    transformRequest: [(data: unknown) => (data === undefined ? undefined : JSON.stringify(data))],
    transformResponse: [readJson],
    transitional: { silentJSONParsing: true, forcedJSONParsing: true, clarifyTimeoutError: false },
    validateStatus: () => true,
    onUploadProgress: null,
    onDownloadProgress: null,
  };
  return pins as unknown as AxiosRequestConfig;
}

/** What is not JSON stays a text: a page from somebody else. */
function readJson(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
