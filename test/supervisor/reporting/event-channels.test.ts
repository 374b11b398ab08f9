import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import {
  hasChannelSubscribers,
  publishCreated,
  publishOnChannel,
} from '../../../src/supervisor/reporting/event-channels.js';

const supervisor = { name: 'root' };

test('an event is published on the channel of its name, while somebody is subscribed to it', () => {
  const messages: unknown[] = [];
  const note = (message: unknown) => messages.push(message);
  const event = { type: 'child.start-failed', supervisor: 'root', childId: 'a', error: 'x' } as const;
  subscribe('wirekeeper:child:start-failed', note);
  expect(hasChannelSubscribers('child.start-failed')).toBe(true);
  expect(hasChannelSubscribers('child.started')).toBe(false);
  publishOnChannel(supervisor, event);
  unsubscribe('wirekeeper:child:start-failed', note);
  publishOnChannel(supervisor, event);
  expect(messages).toEqual([{ supervisor, event }]);
  expect(hasChannelSubscribers('child.start-failed')).toBe(false);
});

test('a supervisor that is made is published', () => {
  const messages: unknown[] = [];
  const note = (message: unknown) => messages.push(message);
  subscribe('wirekeeper:supervisor:created', note);
  publishCreated(supervisor);
  unsubscribe('wirekeeper:supervisor:created', note);
  publishCreated(supervisor);
  expect(messages).toEqual([{ supervisor }]);
});
