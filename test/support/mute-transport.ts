import type { DialRequest } from '../../src/transport/transport.js';
import { FakeTransport } from './fake-transport.js';
import { FakeWire } from './fake-wire.js';

/** A wire whose peer answers nothing: it ends when it is terminated, and not before. */
class MuteWire extends FakeWire {
  override terminate(): void {
    super.terminate();
    queueMicrotask(() => this.emitClosed({ kind: 'terminated' }));
  }
}

/** A network of which every dial succeeds, and no peer ever answers a Close. */
export class MuteTransport extends FakeTransport {
  override dial(request: DialRequest): FakeWire {
    const wire = new MuteWire('dialed');
    this.dials.push({ request, wire });
    queueMicrotask(() => wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined }));
    return wire;
  }
}
