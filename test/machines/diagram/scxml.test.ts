import { expect, test } from 'vitest';
import { createMachine, raise } from 'xstate';
import { type ScxmlOptions, toScxml } from '../../../src/machines/diagram/scxml.js';

test('writes states, delays, raised events, and ends, and logs what only functions know', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { entry: 'light', after: { 100: 'b' }, on: { x: { target: 'b', actions: raise({ type: 'y' }) } } },
      b: { type: 'final', output: { ok: true } },
    },
  });
  expect(toScxml(machine)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" initial="a">
  <state id="a">
    <onentry>
      <log label="action" expr="&#34;light&#34;"/>
      <send event="xstate.after.100.m.a" id="xstate.after.100.m.a" delay="100ms"/>
    </onentry>
    <onexit>
      <cancel sendid="xstate.after.100.m.a"/>
    </onexit>
    <transition event="x" target="b">
      <raise event="y"/>
    </transition>
    <transition event="xstate.after.100.m.a" target="b"/>
  </state>
  <final id="b">
    <donedata>
      <content expr="{&#34;ok&#34;:true}"/>
    </donedata>
  </final>
</scxml>
`);
});

test('an event that is raised after a delay has the name that its transition waits for', () => {
  const later = raise({ type: 'go on' }, { delay: 5, id: 'the timer' });
  const machine = createMachine({ initial: 'a', states: { a: { entry: later, on: { 'go on': 'b' } }, b: {} } });
  const text = toScxml(machine);
  expect(text).toContain('<send event="go_x20_on" id="the_x20_timer" delay="5ms"/>');
  expect(text).toContain('<transition event="go_x20_on" target="b"/>');
});

test('takes expressions for guards and lengths for delays, and sets the other guards to true', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { on: { x: { guard: 'isA', target: 'b' }, y: { guard: 'isB', target: 'b' } }, after: { LATER: 'b' } },
      b: {},
    },
  });
  const text = toScxml(machine, { guards: { isA: '_event.data.a' }, delays: { LATER: 20 } });
  expect(text).toContain('<data id="guards" expr="({ &#34;isB&#34;: true })"/>');
  expect(text).toContain('cond="(_event.data.a)"');
  expect(text).toContain('delay="20ms"');
  expect(toScxml(machine)).not.toContain('<send');
});

test.each<[unknown, string]>([
  [{ guard: {} }, 'toScxml: guard is not an option; did you mean guards?'],
  [{ guards: 'true' }, 'toScxml: guards is "true"; it must be an object.'],
  [{ guards: { isA: () => true } }, 'toScxml: guards.isA is a function; it must be an expression of ECMAScript.'],
  [{ delays: { LATER: '20' } }, 'toScxml: delays.LATER is "20"; it must be a number of milliseconds.'],
])('the options %o are refused', (options, message) => {
  expect(() => toScxml(createMachine({}), options as ScxmlOptions)).toThrow(message);
});

test('a root that does something is a state, beside which the machine ends', () => {
  const machine = createMachine({ id: 'm', initial: 'a', on: { end: '.z' }, states: { a: {}, z: { type: 'final' } } });
  expect(toScxml(machine)).toContain(' initial="m">\n  <state id="m" initial="a">');
  expect(toScxml(machine)).toContain('  </state>\n  <final id="z"/>\n</scxml>');
});

test('carries every character in an attribute that XML can carry', () => {
  const machine = createMachine({ initial: 'a', states: { a: { entry: '<"&\n\u0001' } } });
  expect(toScxml(machine)).toContain('expr="&#34;&#60;\\&#34;&#38;\\n\\u0001&#34;"');
});

test('a delay is a whole number of milliseconds from 0 on; one that is never over is not sent', () => {
  const after = { '1.5': 'b', '-3': 'b', Infinity: 'b' };
  const text = toScxml(createMachine({ id: 'm', initial: 'a', states: { a: { after }, b: {} } }));
  expect(text.match(/<send .*?>/g)?.map((send) => /delay="(.*?)"/.exec(send)?.[1])).toEqual(['2ms', '0ms']);
  expect(text).not.toContain('Infinityms');
});
