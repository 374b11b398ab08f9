/** What a listener makes of offers of permessage-deflate, and a dialer of answers (RFC 6455 section 9.1, RFC 7692 section 7.1). */
import { expect, test } from 'vitest';
import { frameBytes, KEY, masked, OP } from '../support/frame-bytes.js';
import { close } from './case.js';
import { inBothRoles } from './conform.js';
import { deflaterFor } from './deflate.js';
import type { RawEnd } from './raw-end.js';

const FIELD = 'Sec-WebSocket-Extensions';
const DEFLATING = { perMessageDeflate: { threshold: 0 } };

/** Values in header fields of their own. */
const inFields = (...values: readonly string[]) => values.join(`\r\n${FIELD}: `);

const extensionsIn = (head: string) => new RegExp(`^${FIELD}: *(.*?)\\r?$`, 'im').exec(head)?.[1];

const PLAIN = 'permessage-deflate; server_no_context_takeover';
const GOOD = 'permessage-deflate; server_max_window_bits=10';
const ACCEPTED = `${GOOD}; server_no_context_takeover`;
const NUMBERS = [8, 9, 10, 11, 12, 13, 14, 15];
const NO_NUMBERS = ['0', '7', '16', '99', '08', '010', '+9', '-9', '9.0', '1e1', '0x9', 'nine', '15a'];

/** Offers, and what our listener answers; nothing means that messages are not compressed. */
const OFFERS: readonly (readonly [offers: string, answer: string | undefined])[] = [
  ['permessage-deflate', PLAIN],
  ['permessage-deflate; client_max_window_bits', PLAIN],
  [
    'permessage-deflate; client_no_context_takeover',
    'permessage-deflate; client_no_context_takeover; server_no_context_takeover',
  ],
  ['permessage-deflate; server_no_context_takeover', PLAIN],
  ...NUMBERS.flatMap((bits): [string, string][] => [
    [
      `permessage-deflate; server_max_window_bits=${bits}`,
      `permessage-deflate; server_max_window_bits=${bits}; server_no_context_takeover`,
    ],
    [
      `permessage-deflate; client_max_window_bits=${bits}`,
      `permessage-deflate; client_max_window_bits=${bits}; server_no_context_takeover`,
    ],
  ]),
  ['permessage-deflate; server_max_window_bits="10"', ACCEPTED],
  ['permessage-deflate; server_max_window_bits="1\\0"', ACCEPTED],
  ['permessage-deflate;server_max_window_bits=10', ACCEPTED],
  ['  permessage-deflate  ;  server_max_window_bits = 10  ', ACCEPTED],
  // The first that is acceptable is accepted.
  [`${GOOD}, permessage-deflate`, ACCEPTED],
  [`permessage-deflate, ${GOOD}`, PLAIN],
  [inFields(GOOD, 'permessage-deflate'), ACCEPTED],
  [inFields('x-foo', GOOD), ACCEPTED],
  [`, x-foo; bar=1, , ${GOOD},`, ACCEPTED],
  // One that is declined takes nothing from one behind it.
  [`permessage-deflate; client_max_window_bits=99, ${GOOD}`, ACCEPTED],
  [inFields('permessage-deflate; client_max_window_bits=99', GOOD), ACCEPTED],
  [`permessage-deflate; unknown, permessage-deflate; unknown=1, ${GOOD}`, ACCEPTED],
  // And if none is left there is no compression.
  ...NO_NUMBERS.flatMap((bits): [string, undefined][] => [
    [`permessage-deflate; server_max_window_bits=${bits}`, undefined],
    [`permessage-deflate; client_max_window_bits=${bits}`, undefined],
  ]),
  ['permessage-deflate; server_max_window_bits', undefined],
  ['permessage-deflate; client_no_context_takeover=1', undefined],
  ['permessage-deflate; server_no_context_takeover=true', undefined],
  ['permessage-deflate; server_max_window_bits=9; server_max_window_bits=9', undefined],
  ['permessage-deflate; client_max_window_bits; client_max_window_bits', undefined],
  ['permessage-deflate; client_no_context_takeover; client_no_context_takeover', undefined],
  ['permessage-deflate; unknown', undefined],
  ['x-foo', undefined],
  ['deflate-frame, permessage-bzip2', undefined],
];

/** What breaks the grammar is refused with 400. */
const MALFORMED = [
  '',
  ',',
  'permessage-deflate;',
  'permessage-deflate; server_max_window_bits=',
  'permessage-deflate; server_max_window_bits="10',
  'permessage-deflate; server_max_window_bits="1 0"',
  'permessage-deflate; server_max_window_bits=1 0',
  'permessage deflate',
  '"permessage-deflate"',
  'permessage-deflate, x=1',
  `${GOOD}, permessage-deflate; a=@`,
];

/** Answers of a server that our dialer takes. */
const ANSWERS = [
  undefined,
  'permessage-deflate',
  'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
  ...NUMBERS.map((bits) => `permessage-deflate; client_max_window_bits=${bits}; server_max_window_bits=${bits}`),
  'permessage-deflate; server_max_window_bits="10"',
  ', permessage-deflate ; client_max_window_bits = 10 ,',
];

/** Answers that fail the dial, and what the report says. */
const BAD_ANSWERS: readonly (readonly [answer: string, cause: RegExp])[] = [
  ['permessage-deflate; client_max_window_bits', /client_max_window_bits without a value; allowed are 8 to 15/],
  ['permessage-deflate; server_max_window_bits', /server_max_window_bits without a value; allowed are 8 to 15/],
  ...NO_NUMBERS.flatMap((bits): [string, RegExp][] =>
    ['client', 'server'].map((end) => [
      `permessage-deflate; ${end}_max_window_bits=${bits}`,
      new RegExp(
        `^the server answered permessage-deflate with ${end}_max_window_bits="${bits.replace(/\W/, '\\$&')}"; allowed are 8 to 15`,
      ),
    ]),
  ),
  ['permessage-deflate; server_no_context_takeover=1', /server_no_context_takeover="1"; it takes no value/],
  ['permessage-deflate; unknown', /the unknown parameter unknown/],
  [
    'permessage-deflate; server_max_window_bits=9; server_max_window_bits=9',
    /server_max_window_bits twice; allowed is once/,
  ],
  ['permessage-deflate, permessage-deflate', /the server chose permessage-deflate twice/],
  [inFields('permessage-deflate', 'permessage-deflate'), /the server chose permessage-deflate twice/],
  ['x-foo', /the server chose the extension x-foo, which was not offered/],
  ['permessage-deflate, x-foo', /the server chose the extension x-foo, which was not offered/],
  ['', /malformed Sec-WebSocket-Extensions/],
  ['permessage-deflate;', /malformed Sec-WebSocket-Extensions/],
  ['permessage-deflate; server_max_window_bits="9', /malformed Sec-WebSocket-Extensions/],
];

const hello = deflaterFor({ windowBits: 8, isContextFree: true })('Hello');

/** Sends one message, compressed or not, and a Close; returns how the messages come back. */
async function exchanged(peer: RawEnd, isClient: boolean, isCompressed: boolean) {
  const message = isCompressed ? { opcode: OP.text, rsv: 4, payload: hello } : { opcode: OP.text, payload: 'Hello' };
  await peer.write([message, close(1000)].map((parts) => frameBytes(isClient ? { mask: KEY, ...parts } : parts)));
  const { frames } = await peer.heard();
  return frames.map(({ opcode, rsv }) => ({ opcode, rsv }));
}

const echoOf = (isCompressed: boolean) => [
  { opcode: OP.text, rsv: isCompressed ? 4 : 0 },
  { opcode: OP.close, rsv: 0 },
];

inBothRoles((role, _isSecure, stage) => {
  if (role === 'accepted') {
    test.concurrent.each(OFFERS)('%s is answered with %s', async (offers, answer) => {
      const { peer, report } = await stage().connect(DEFLATING, { headers: { [FIELD]: offers } });
      const head = await peer.head;
      expect(head).toMatch(/^HTTP\/1.1 101 /);
      expect(extensionsIn(head)).toBe(answer);
      expect(await exchanged(peer, true, answer !== undefined)).toEqual(echoOf(answer !== undefined));
      expect(await report).toMatchObject({ trigger: 'peer-closed', wasClean: true });
    });

    test.concurrent.each(MALFORMED)('%j is refused with 400', async (offers) => {
      const { peer } = await stage().connect(DEFLATING, { headers: { [FIELD]: offers } });
      expect(await peer.head).toMatch(/^HTTP\/1.1 400 /);
      expect((await peer.heard()).end).toBe('FIN');
    });

    test.concurrent('without permessage-deflate nothing is accepted', async () => {
      const { peer } = await stage().connect({}, { headers: { [FIELD]: GOOD } });
      expect(extensionsIn(await peer.head)).toBeUndefined();
      await peer.write([masked({ ...close(1000) })]);
      expect((await peer.heard()).end).toBe('FIN');
    });
    return;
  }

  test.concurrent.each(ANSWERS)('offers permessage-deflate, and takes the answer %s', async (answer) => {
    const { peer, report } = await stage().connect(
      DEFLATING,
      answer === undefined ? {} : { headers: { [FIELD]: answer } },
    );
    expect(extensionsIn(await peer.head)).toBe('permessage-deflate; client_max_window_bits');
    expect(await exchanged(peer, false, answer !== undefined)).toEqual(echoOf(answer !== undefined));
    expect(await report).toMatchObject({ trigger: 'peer-closed', wasClean: true });
  });

  test.concurrent.each(BAD_ANSWERS)('fails at the answer %s', async (answer, cause) => {
    const { report } = await stage().connect(DEFLATING, { headers: { [FIELD]: answer } });
    expect(await report).toMatchObject({ outcome: 'failed', phase: 'connecting', trigger: 'dial-failed', code: 1006 });
    expect((await report).cause?.message).toMatch(cause);
  });

  test.concurrent('offers nothing without permessage-deflate, and fails if it is chosen all the same', async () => {
    const { peer, report } = await stage().connect({}, { headers: { [FIELD]: 'permessage-deflate' } });
    expect(extensionsIn(await peer.head)).toBeUndefined();
    expect((await report).cause?.message).toBe(
      'the server chose the extension permessage-deflate, which was not offered.',
    );
  });
});
