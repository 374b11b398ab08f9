import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

test('the classes of the runtime are used where it has them', async () => {
  class RuntimeCloseEvent extends Event {}
  class RuntimeErrorEvent extends Event {}
  vi.stubGlobal('CloseEvent', RuntimeCloseEvent);
  vi.stubGlobal('ErrorEvent', RuntimeErrorEvent);
  vi.resetModules();
  const { CloseEvent, ErrorEvent } = await import('../../../src/adapters/websocket/events.js');
  expect(CloseEvent).toBe(RuntimeCloseEvent);
  expect(ErrorEvent).toBe(RuntimeErrorEvent);
});
