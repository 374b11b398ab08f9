/** Numbers and times as people read them. The locale is fixed: the page's words are English. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** What stands where nothing is known. */
export const NOTHING = '–';

/** `12,345`. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `3.2`, `46`, `12,345`: one digit behind the point where it says something. */
export function figure(value: number): string {
  return Math.abs(value) < 10 ? SHORT.format(value) : WHOLE.format(value);
}

const THOUSANDS = ['', 'k', 'M', 'G', 'T'];

/** `999`, `12.3k`, `4.5M`: at most five characters. */
export function compact(value: number): string {
  return scaled(value, 1000, (shown, power) => `${shown}${THOUSANDS[power] ?? ''}`, THOUSANDS.length);
}

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `1.5 KiB`, `20 MiB`. */
export function bytes(value: number): string {
  return scaled(value, 1024, (shown, power) => `${shown} ${BYTES[power] ?? ''}`, BYTES.length);
}

function scaled(value: number, base: number, print: (shown: string, power: number) => string, powers: number): string {
  let rest = value;
  let power = 0;
  // What would be shown as 1000 is shown as 1 of the next unit.
  while (power < powers - 1 && Math.abs(rest) >= base - 0.5) {
    rest /= base;
    power += 1;
  }
  return print(power === 0 ? count(rest) : Math.abs(rest) < 100 ? SHORT.format(rest) : count(rest), power);
}

/** `0.4 ms`, `350 ms`, `2.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms < 999.5) return `${figure(ms)} ms`;
  if (ms < 9_950) return `${SHORT.format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'min');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `just now`, `12 s ago`, `3 min ago`: one unit is enough for a time that passes. */
export function ago(at: number, now: number): string {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 1) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

const TWO = (value: number): string => String(value).padStart(2, '0');

/** The time of day by the viewer's clock, with milliseconds: `14:03:05.042`. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(TWO).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Day and time by the viewer's clock: `2026-11-29 14:03:05.042`. */
export function dateTime(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${TWO(date.getMonth() + 1)}-${TWO(date.getDate())} ${clockTime(at)}`;
}

/** The span from one step of a timeline to the next: `+12 ms`. */
export function since(at: number, before: number): string {
  return `+${duration(Math.max(0, at - before))}`;
}
