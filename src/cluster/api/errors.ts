import { WirekeeperError } from '../../transport/errors.js';

/** The broker of a cluster is not reached, or does not answer: code `WIREKEEPER_BROKER_DOWN`. */
export class BrokerDownError extends WirekeeperError {
  constructor(message: string, options?: ErrorOptions) {
    super('WIREKEEPER_BROKER_DOWN', message, options);
  }
}
