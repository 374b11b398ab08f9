import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** An issuer of tokens on this machine, with keys of its own and an address where they are. */
export class Issuer {
  /** How often its keys were fetched. */
  fetches = 0;
  /** What it answers instead of its keys. */
  answer: { readonly status: number; readonly body: string } | undefined;
  /** Resolves before it answers. */
  gate: Promise<void> | undefined;
  readonly #server: Server;
  readonly #keys = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Issuer> {
    const server = createServer();
    const issuer = new Issuer(server);
    server.on('request', (_request, response) => {
      issuer.fetches += 1;
      void issuer
        .#reply()
        .then(({ status, body }) =>
          response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body),
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await issuer.rotate('first');
    return issuer;
  }

  async #reply(): Promise<{ readonly status: number; readonly body: string }> {
    await this.gate;
    if (this.answer !== undefined) return this.answer;
    const keys = await Promise.all(
      [...this.#keys].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' })),
    );
    return { status: 200, body: JSON.stringify({ keys }) };
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks.json`;
  }

  /** Adds a key. */
  async rotate(kid: string): Promise<void> {
    this.#keys.set(kid, await generateKeyPair('ES256'));
  }

  sign(claims: JWTPayload, kid = 'first'): Promise<string> {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new Error(`there is no key ${kid}`);
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(key.privateKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
