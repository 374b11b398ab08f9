import { createHash, createHmac } from 'node:crypto';
import type { HandshakeRequest } from '../../../transport/transport.js';
import { bearerIn, secretCheck } from '../../access/token.js';
import type { Access } from '../protocol.js';
import { fieldOf, isLocal } from './request-origin.js';

/** Who may look, as the options say it. */
export interface AccessRules {
  readonly token: string | undefined;
  readonly authorize: ((request: HandshakeRequest) => unknown) | undefined;
}

const GRANTED: Access = { access: 'granted' };

const LOCAL_ONLY: Access = {
  access: 'refused',
  why:
    'Without a token the dashboard is for browsers on its own machine, by a name of this machine. To reach it from ' +
    'elsewhere, set the option token; in the service, WIREKEEPER_DASHBOARD_TOKEN.',
};

/** Decides who may look: by the user's own check, with the token, or, without both, from this machine. */
export class Gate {
  readonly #rules: AccessRules;
  readonly #isToken: (given: string | undefined) => boolean;
  /** It is not the token, and is good as long as the token is. */
  readonly #cookieValue: string;
  readonly #cookieName: string;
  readonly #isCookie: (given: string) => boolean;

  constructor(rules: AccessRules) {
    this.#rules = rules;
    const { token } = rules;
    this.#isToken = token === undefined ? () => false : secretCheck(token);
    this.#cookieValue = createHmac('sha256', token ?? '')
      .update('wirekeeper dashboard')
      .digest('base64url');
    this.#isCookie = secretCheck(this.#cookieValue);
    // A browser sends one port's cookies to all ports of a host: other tokens have cookies of other names.
    const mark = createHash('sha256').update(this.#cookieValue).digest('hex').slice(0, 8);
    this.#cookieName = `wirekeeper-${mark}`;
  }

  /** Never rejects: a check that throws grants nothing. */
  async check(request: HandshakeRequest): Promise<Access> {
    const { token, authorize } = this.#rules;
    if (authorize !== undefined) {
      const answer = await answerOf(authorize, request);
      return answer === true ? GRANTED : { access: 'refused', why: 'You are not allowed to look at this dashboard.' };
    }
    if (token !== undefined) return this.hasToken(request) || this.#hasCookie(request) ? GRANTED : { access: 'token' };
    return isLocal(request) ? GRANTED : LOCAL_ONLY;
  }

  /** Whether a request carries the token itself. What it carries instead makes no difference to the time it takes. */
  hasToken({ headers }: Pick<HandshakeRequest, 'headers'>): boolean {
    return this.#isToken(bearerIn(fieldOf(headers, 'authorization')));
  }

  /** The cookie that stands for the token. */
  cookie(path: string, isSecure: boolean): string {
    const secure = isSecure ? '; Secure' : '';
    return `${this.#cookieName}=${this.#cookieValue}; Path=${path}; HttpOnly; SameSite=Strict${secure}`;
  }

  #hasCookie({ headers }: Pick<HandshakeRequest, 'headers'>): boolean {
    const start = `${this.#cookieName}=`;
    const cookies = (fieldOf(headers, 'cookie') ?? '').split(';', 100).map((cookie) => cookie.trim());
    return cookies.some((cookie) => cookie.startsWith(start) && this.#isCookie(cookie.slice(start.length)));
  }
}

async function answerOf(
  authorize: (request: HandshakeRequest) => unknown,
  request: HandshakeRequest,
): Promise<unknown> {
  try {
    return await authorize(request);
  } catch {
    return false;
  }
}
