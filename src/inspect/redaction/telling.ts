import { readOf } from '../../transport/thrown.js';

/** What an event carries that is a word of ours or a number: no reason, no message, no protocol. */
const TELLING = ['trigger', 'kind', 'fault', 'code', 'httpStatus'] as const;

/** Words of ours. What a program made of them is left out. */
const WORD = /^[a-z-]{1,40}$/;

/** The code and the trigger of an event, or of the wire's end, or of the Close that it carries. */
export function aboutEvent(event: object): string {
  const places = [event, ...['end', 'received', 'sent'].map((key) => readOf(event, key))];
  const found = places.flatMap((place) =>
    typeof place === 'object' && place !== null ? TELLING.map((key) => readOf(place, key)) : [],
  );
  const telling = found.filter((value) => (typeof value === 'string' && WORD.test(value)) || isFiniteNumber(value));
  return [...new Set(telling)].join(' ');
}

/** The facts of a note that are numbers or words of ours; of a report its trigger and code. */
export function factsOf(note: object): Record<string, string | number | boolean> {
  const { type: _type, report, ...facts } = note as Record<string, unknown>;
  const ofReport =
    typeof report === 'object' && report !== null
      ? Object.entries({ trigger: readOf(report, 'trigger'), code: readOf(report, 'code') })
      : [];
  const shown = [...Object.entries(facts), ...ofReport].filter((entry): entry is [string, string | number | boolean] =>
    isFact(entry[0], entry[1]),
  );
  return Object.fromEntries(shown);
}

function isFact(key: string, value: unknown): boolean {
  if (typeof value === 'boolean' || isFiniteNumber(value)) return true;
  return typeof value === 'string' && (key === 'connectionId' ? value.length <= 128 : WORD.test(value));
}

const isFiniteNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
