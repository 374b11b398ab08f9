import type { IncomingMessage } from 'node:http';
import { bodyText, fieldsOf, type HttpResponse, withHttpResponse } from '../http-response.js';
import { parseRetryAfter } from '../retry-after.js';
import { readOf } from '../thrown.js';
import type { DialRequest } from '../transport.js';
import type { WireEnd } from '../wire-fact.js';
import type { Handshaken } from './package/handshaken.js';
import { openClient } from './package/ws.js';
import { isRefusalOfAgent, ProxyRefusal } from './route/proxy-refusal.js';
import { readBeginning } from './route/read-beginning.js';
import { isRedirect, redirected } from './route/redirect.js';
import { socketSettings } from './route/socket-settings.js';
import { Tunnel } from './route/tunnel.js';

/** What comes of a dial; exactly one of these is called, later. */
export interface DialOutcome {
  opened(handshaken: Handshaken): void;
  neverOpened(end: WireEnd): void;
}

const UNCONFIRMED = { frames: 0, bytes: 0 };

/** The opening handshake of one dial, with the redirects that it follows. */
export class Opening {
  readonly #outcome: DialOutcome;
  readonly #wallNow: () => number;
  #request: DialRequest;
  #redirectsLeft: number;
  /** Calls the present handshake off. */
  #callOff: () => void;
  /** The way of the present handshake through a proxy, if one is on the way. */
  #tunnel = new Tunnel();
  /** What an agent's proxy has answered, if one has. */
  #proxyStatus: number | undefined;
  /** Reports the refusal whose body is being read. */
  #report: (() => void) | undefined;

  /** @throws {SyntaxError} for a URL or a subprotocol that cannot be used in a handshake. */
  constructor(request: DialRequest, wallNow: () => number, outcome: DialOutcome) {
    this.#request = request;
    this.#redirectsLeft = request.redirects ?? 0;
    this.#wallNow = wallNow;
    this.#outcome = outcome;
    this.#callOff = this.#open();
  }

  /** What is dialed now. */
  get url(): string {
    return this.#request.url;
  }

  /** Ends it, wherever it is. A refusal that has come is reported, with what is there of its body. */
  callOff(): void {
    if (this.#tunnel.isOpening) this.#tunnel.abort();
    else this.#callOff();
    // No wire emits while one of its methods runs.
    if (this.#report !== undefined) process.nextTick(this.#report);
  }

  #open(): () => void {
    const { url, protocols, headers, options } = this.#request;
    this.#proxyStatus = undefined;
    this.#tunnel = new Tunnel();
    const socket = socketSettings(this.#request, this.#tunnel);
    return openClient(
      { url, protocols, headers, socket, options },
      {
        opened: (handshaken) => this.#outcome.opened(handshaken),
        refused: (response) => this.#refused(response),
        failed: (cause) => this.#failed(cause),
        proxyAnswered: (status) => {
          this.#proxyStatus = status;
        },
      },
    );
  }

  #failed(cause: Error): void {
    if (cause instanceof ProxyRefusal && cause.refusal !== undefined) {
      const { status, response } = cause.refusal;
      this.#neverOpened(
        { kind: 'proxy-refused', httpStatus: status, cause, ...this.#advice(response.headers) },
        response,
      );
    } else if (cause instanceof ProxyRefusal || isRefusalOfAgent(cause)) {
      const status = readOf(cause, 'statusCode');
      this.#neverOpened({
        kind: 'proxy-refused',
        cause,
        ...(typeof status === 'number' ? { httpStatus: status } : {}),
      });
    } else {
      this.#neverOpened({ kind: 'dial-failed', cause });
    }
  }

  #refused(response: IncomingMessage): void {
    const { statusCode = 0, statusMessage = '' } = response;
    const said = `${statusCode} ${statusMessage}`.trimEnd();
    if (this.#proxyStatus !== undefined && this.#proxyStatus !== 200) {
      const cause = new Error(`the agent's proxy answered CONNECT with ${said}`);
      this.#reportWithBody({ kind: 'proxy-refused', httpStatus: statusCode, cause }, response);
      return;
    }
    const cause = new Error(`the server answered the opening handshake with ${said}`);
    if (isRedirect(statusCode) && (this.#request.redirects ?? 0) > 0) this.#redirect(response, cause);
    else this.#reportWithBody({ kind: 'refused', httpStatus: statusCode, cause }, response);
  }

  #redirect(response: IncomingMessage, { message }: Error): void {
    const redirect =
      this.#redirectsLeft > 0
        ? redirected(this.#request, response.headers.location)
        : {
            code: 'ERR_TOO_MANY_REDIRECTS',
            problem: `${this.#request.redirects} were followed, as many as redirects allows`,
          };
    if ('problem' in redirect) {
      const cause = new Error(`${message}, and this redirect is not followed: ${redirect.problem}`);
      const { code } = redirect;
      const httpStatus = response.statusCode ?? 0;
      this.#reportWithBody({ kind: 'refused', httpStatus, cause: Object.assign(cause, { code }) }, response);
      return;
    }
    this.#redirectsLeft -= 1;
    this.#request = redirect.request;
    this.#callOff();
    try {
      this.#callOff = this.#open();
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  /** Reads the beginning of the body, and reports. */
  #reportWithBody(end: Omit<WireEnd, 'unconfirmed'>, response: IncomingMessage): void {
    const advice = this.#advice(response.headers);
    const report = (body: Uint8Array = Buffer.alloc(0)) => {
      if (this.#report === undefined) return;
      this.#report = undefined;
      this.#callOff();
      this.#neverOpened({ ...end, ...advice }, { headers: fieldsOf(response.headers), body: bodyText(body) });
    };
    this.#report = report;
    void readBeginning(response).then(report);
  }

  #advice({ 'retry-after': after }: Readonly<Record<string, unknown>>): Pick<WireEnd, 'retryAfterMs'> {
    const retryAfterMs = parseRetryAfter(typeof after === 'string' ? after : undefined, this.#wallNow());
    return retryAfterMs === undefined ? {} : { retryAfterMs };
  }

  #neverOpened(end: Omit<WireEnd, 'unconfirmed'>, response?: HttpResponse): void {
    this.#outcome.neverOpened(withHttpResponse({ ...end, unconfirmed: UNCONFIRMED }, response));
  }
}
