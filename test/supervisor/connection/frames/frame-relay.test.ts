import { expect, test, vi } from 'vitest';
import { FrameRelay, type FrameSource } from '../../../../src/supervisor/connection/frames/frame-relay.js';

function aSource(isPulled = false) {
  return { isPulled, pushTo: vi.fn(), refuseSubscriber: vi.fn() } satisfies FrameSource;
}

test('asks for what was held once, when the first subscriber is there', () => {
  const source = aSource();
  const relay = new FrameRelay(source, () => {});
  expect(source.pushTo).not.toHaveBeenCalled();
  relay.subscribe(() => {});
  relay.subscribe(() => {});
  expect(source.pushTo).toHaveBeenCalledOnce();
});

test('turns a subscriber away while frames are pulled: it completes', () => {
  const source = aSource(true);
  const relay = new FrameRelay(source, () => {});
  const complete = vi.fn();
  relay.subscribe({ complete });
  expect(source.refuseSubscriber).toHaveBeenCalledOnce();
  expect(complete).toHaveBeenCalledOnce();
  expect(relay.observed).toBe(false);
});
