/**
 * Reads an HTTP `Retry-After` field: seconds, or a date (RFC 9110 section 10.2.3).
 *
 * @param nowMs Unix ms, from which a date is counted.
 * @returns the delay in ms, never negative: 0 for a date in the past; `undefined` for anything else.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) {
    const ms = Number(text) * 1000;
    return Number.isSafeInteger(ms) ? ms : undefined;
  }
  const date = parseDate(text, nowMs);
  return date === undefined ? undefined : Math.max(0, date - nowMs);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';

/**
 * The three forms of an HTTP date, the last two obsolete and yet to be understood (RFC 9110 section 5.6.7).
 * `Date.parse` will not do: it reads the last one in local time, and takes much that is no HTTP date.
 */
const DATES = [
  new RegExp(String.raw`^${DAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(String.raw`^${LONG_DAY}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT$`),
  new RegExp(String.raw`^${DAY} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/** A two-digit year that seems more than 50 years ahead is the last past year with these digits. */
function wholeYear(year: string, nowMs: number): number {
  if (year.length === 4) return Number(year);
  const thisYear = new Date(nowMs).getUTCFullYear();
  const ahead = Math.floor(thisYear / 100) * 100 + Number(year);
  return ahead > thisYear + 50 ? ahead - 100 : ahead;
}

/** Unix ms of an HTTP date; `undefined` for anything else, a 30th of February included. */
function parseDate(text: string, nowMs: number): number | undefined {
  const groups = DATES.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const { year = '', month = '' } = groups;
  const day = Number(groups['day']);
  const [hour, minute, second] = [Number(groups['hour']), Number(groups['minute']), Number(groups['second'])];
  // A minute may have a 60th second, when a leap second is inserted.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(wholeYear(year, nowMs), MONTHS.indexOf(month), day);
  if (midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}
