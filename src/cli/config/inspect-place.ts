import { OptionError } from '../../index.js';
import { isPort } from './settings.js';

/** Where the service is inspected, as far as it was given. */
export interface InspectPlace {
  readonly host?: string;
  readonly port?: number;
}

/** A port alone, or behind a host: an address of IPv6 stands in brackets. */
const PLACE = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/;

/**
 * Reads the value of `--inspect`, which may be empty.
 *
 * @throws {OptionError} for anything but a port, or a host and a port.
 */
export function inspectPlaceOf(given: string): InspectPlace {
  if (given === '') return {};
  const [, bracketed, plain, digits = ''] = PLACE.exec(given) ?? [];
  const port = digits === '' ? Number.NaN : Number(digits);
  if (!isPort(port))
    throw new OptionError(
      `--inspect is ${JSON.stringify(given)}; it must be a port from 0 to 65535, or a host and a port such as ` +
        '127.0.0.1:8229.',
    );
  const host = bracketed ?? plain;
  return host === undefined ? { port } : { host, port };
}
