/** The HTTP response that refused an opening handshake. */
export interface HttpResponse {
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** The first 4 KiB of the body, read as UTF-8; what came within a second. */
  readonly body: string;
}

/** The 101 with which a server has answered an opening handshake (RFC 6455 section 4.2.2). */
export interface HandshakeResponse {
  /** Header fields by lower-case name; several `set-cookie` are a list. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Header fields that are sent; several values of a name are a field each. */
export type SentFields = Readonly<Record<string, string | readonly string[]>>;

/** The most bytes of a body that are kept. */
export const MAX_BODY_BYTES = 4096;

/** The header fields of a message of Node's. */
export function fieldsOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  return Object.fromEntries(
    Object.entries(headers).filter((field): field is [string, string | readonly string[]] => field[1] !== undefined),
  );
}

/** Reads the beginning of a body as UTF-8. A character that is cut in two is left out. */
export function bodyText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, MAX_BODY_BYTES), { stream: true });
}

/**
 * Gives a value the response that it is about. The property is not enumerable: pages and header fields of a server may
 * hold anything, so loggers, `JSON.stringify`, and copies leave them out.
 *
 * @returns the same value.
 */
export function withHttpResponse<T extends { readonly httpResponse?: HttpResponse }>(
  value: T,
  httpResponse: HttpResponse | undefined,
): T {
  if (httpResponse === undefined) return value;
  return Object.defineProperty(value, 'httpResponse', {
    value: httpResponse,
    enumerable: false,
    writable: true,
    configurable: true,
  });
}
