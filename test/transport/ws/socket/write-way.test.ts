import { describe, expect, test } from 'vitest';
import { commonWay, findWriteWay, wayOf } from '../../../../src/transport/ws/socket/write-way.js';

class WriteWrap {
  getAsyncId(): number {
    return -1;
  }
}

class Elsewhere {
  getAsyncId(): number {
    return -1;
  }
}

const given = { kind: 'given', Request: WriteWrap };
const returned = { kind: 'returned' };

describe('what Node gives to a handle says how it wants to be asked', () => {
  test.each([
    ['a request of its own', new WriteWrap(), given],
    ['none', null, returned],
    ['nothing at all', undefined, undefined],
    ['the bytes', Buffer.from('x'), undefined],
    ['a request of another name', new Elsewhere(), undefined],
    ['a request without a class', Object.create(null), undefined],
    [
      'a request that cannot be asked whether it is under way',
      Object.assign(new WriteWrap(), { getAsyncId: undefined }),
      undefined,
    ],
    ['a status', 0, undefined],
  ])('%s', (_name, request, way) => {
    expect(wayOf(request)).toEqual(way);
  });

  test.each([
    ['agree', [new WriteWrap(), new WriteWrap()], given],
    ['agree on none', [null, null], returned],
    ['differ', [new WriteWrap(), null], undefined],
    ['differ the other way round', [null, new WriteWrap()], undefined],
    ['are unknown in part', [null, undefined], undefined],
    ['are not there', [], undefined],
  ])('its calls %s', (_name, requests, way) => {
    expect(commonWay(requests)).toEqual(way);
  });
});

test('this Node has one of the two ways', () => {
  expect(['given', 'returned']).toContain(findWriteWay()?.kind);
});
