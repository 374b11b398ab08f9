import { describe, expect, test } from 'vitest';
import {
  ChildError,
  type ChildErrorReason,
  CloseFrameError,
  DeadlineError,
  EndedError,
  ListenError,
  NotSentError,
  OptionError,
  WirekeeperError,
} from '../../src/transport/errors.js';
import { aReport } from '../support/reports.js';

const cause = new Error('listen EADDRINUSE');

describe.each([
  ['OptionError', new OptionError('a sentence.', { cause }), 'WIREKEEPER_OPTION'],
  ['DeadlineError', new DeadlineError('a sentence.'), 'WIREKEEPER_DEADLINE'],
  ['NotSentError', new NotSentError('dropped', 'a sentence.'), 'WIREKEEPER_NOT_SENT'],
  ['ListenError', new ListenError('a sentence.', { cause }), 'WIREKEEPER_LISTEN'],
  ['EndedError', new EndedError('a sentence.', { cause }), 'WIREKEEPER_ENDED'],
] as const)('%s', (name, error, code) => {
  test('is a WirekeeperError with a name and a stable code', () => {
    expect(error).toBeInstanceOf(WirekeeperError);
    expect(error).toBeInstanceOf(Error);
    expect({ name: error.name, code: error.code, message: error.message }).toEqual({
      name,
      code,
      message: 'a sentence.',
    });
    expect(String(error)).toBe(`${name}: a sentence.`);
  });
});

test.each([OptionError, ListenError, EndedError])('what is behind an error is its cause', (Kind) => {
  expect(new Kind('a sentence.', { cause }).cause).toBe(cause);
  expect(new Kind('a sentence.')).not.toHaveProperty('cause');
});

test('an error about an option names it in JSON, and in nothing that Node prints', () => {
  const error = new OptionError('listen: id is 5.', { option: 'id', problem: 'is 5.' });
  expect(error).toMatchObject({ option: 'id', problem: 'is 5.' });
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'OptionError',
    message: 'listen: id is 5.',
    code: 'WIREKEEPER_OPTION',
    option: 'id',
  });
  expect(Object.keys(error).sort()).toEqual(['code', 'name']);
});

test('an error about no one option has the whole message as its problem', () => {
  expect(new OptionError('a sentence.')).toMatchObject({ option: undefined, problem: 'a sentence.' });
});

test('a message that was not sent has a fate', () => {
  expect(new NotSentError('discarded', 'a sentence.').fate).toBe('discarded');
});

test.each<[ChildErrorReason, RegExp]>([
  ['already-started', /^id: "feed" is the id of another child of supervisor root, which runs/],
  ['already-present', /start that child with restartChild, or free its id with deleteChild\.$/],
  ['not-found', /^id: "feed" is the id of no child of supervisor root\.$/],
  ['running', /stop it with terminateChild first\.$/],
  ['restarting', /is being restarted/],
])('a child that is %s is named, with what can be done', (reason, message) => {
  const error = new ChildError(reason, 'feed', 'root');
  expect(error).toBeInstanceOf(WirekeeperError);
  expect(error).toMatchObject({ name: 'ChildError', code: 'WIREKEEPER_CHILD', reason, childId: 'feed' });
  expect(error.message).toMatch(message);
});

test.each(['WIREKEEPER_CLOSE_CODE', 'WIREKEEPER_CLOSE_REASON'] as const)(
  "a Close frame that may not be sent is a RangeError, as ws's and browsers' are: %s",
  (code) => {
    const error = new CloseFrameError(code, 'a sentence.');
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'CloseFrameError', code, message: 'a sentence.' });
  },
);

test('is written by JSON with what it says, where an Error would be written without', () => {
  const system = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
  const written = (error: Error) => JSON.parse(JSON.stringify({ error })).error as unknown;
  expect(written(new ListenError('port 80 cannot be had.', { cause: system }))).toEqual({
    name: 'ListenError',
    message: 'port 80 cannot be had.',
    code: 'WIREKEEPER_LISTEN',
    cause: { name: 'Error', message: 'listen EADDRINUSE', code: 'EADDRINUSE' },
  });
  expect(written(new ChildError('running', 'feed', 'root'))).toMatchObject({
    name: 'ChildError',
    reason: 'running',
    childId: 'feed',
  });
  expect(written(new NotSentError('unknown', 'a sentence.'))).toMatchObject({
    code: 'WIREKEEPER_NOT_SENT',
    fate: 'unknown',
  });
  expect(written(new CloseFrameError('WIREKEEPER_CLOSE_CODE', 'a sentence.'))).toEqual({
    name: 'CloseFrameError',
    message: 'a sentence.',
    code: 'WIREKEEPER_CLOSE_CODE',
  });
});

test('an error about what has ended has the report of the connection, where there was one', () => {
  const report = aReport({ code: 1006 });
  expect(new EndedError('gone', { report }).report).toBe(report);
  expect(new EndedError('gone').report).toBeUndefined();
});
