import { WirekeeperError } from '../../transport/errors.js';

/** A system under test has left its model. `cause` is what the driver threw. */
export class ModelTestError extends WirekeeperError {
  /** What to give to `testWalks({ replay })`; `undefined` if it was no walk. */
  readonly replay: string | undefined;

  constructor(message: string, { replay, ...options }: ErrorOptions & { readonly replay?: string } = {}) {
    super('WIREKEEPER_MODEL', message, options);
    this.replay = replay;
  }
}
