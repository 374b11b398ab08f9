import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** A package as `npm pack` has made it. */
export interface Packed {
  readonly tarball: string;
  readonly manifest: { readonly name: string; readonly version: string };
}

export interface PackageRegistry extends AsyncDisposable {
  readonly url: string;
}

/** A registry that has these packages, and sends those who ask for any other to the registry behind it. */
export async function startPackageRegistry(packages: readonly Packed[], upstream: string): Promise<PackageRegistry> {
  const answers = new Map<string, Buffer | string>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const answer = answers.get(path);
    if (answer === undefined) response.writeHead(307, { location: new URL(`.${request.url}`, upstream).href });
    response.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const { tarball, manifest } of packages) {
    const { name, version } = manifest;
    const bytes = readFileSync(tarball);
    const dist = {
      tarball: `${url}/${name}.tgz`,
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    };
    answers.set(`/${name}.tgz`, bytes);
    answers.set(
      `/${name}`,
      JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } }),
    );
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await promisify(server.close.bind(server))();
    },
  };
}
