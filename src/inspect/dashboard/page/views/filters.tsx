import { useEffect, useRef, useState } from 'preact/hooks';
import { count } from '../model/format.js';
import { announce } from '../parts/announce.js';

const TYPING_MS = 200;

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}

/** A search field. It searches when the typing pauses; `/` leads to it from anywhere on the page. */
export function Search({ label, value, onSearch }: SearchProps) {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // While the typing pauses one may have sorted or filtered: the search joins that.
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => {
      removeEventListener('keydown', focus);
      clearTimeout(timer.current);
    };
  }, []);
  const type = (next: string): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(next), TYPING_MS);
  };
  return (
    <input
      ref={field}
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={`${label} (/)`}
      value={text}
      maxLength={200}
      spellcheck={false}
      autocomplete="off"
      onInput={(event) => type(event.currentTarget.value)}
    />
  );
}

interface FilterProps<Value extends string> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
}

/** One field that restricts a table, or does not. */
export function Filter<Value extends string>({ label, values, value, onChange }: FilterProps<Value>) {
  return (
    <label class="filter">
      <span>{label}</span>
      <select value={value ?? ''} onChange={(event) => onChange((event.currentTarget.value || undefined) as Value)}>
        <option value="">any</option>
        {values.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FoundProps {
  /** The singular of what is found; the plural has an s. */
  readonly what: string;
  readonly total: number | undefined;
  readonly of: number | undefined;
  /** Changes with the query: the number found is announced once for each. */
  readonly query: string;
}

/** How many rows the query finds. */
export function Found({ what, total, of, query }: FoundProps) {
  const isKnown = total !== undefined;
  const named = of === 1 ? what : `${what}s`;
  useEffect(() => {
    if (isKnown) announce('found', `${count(total)} ${named} found.`);
  }, [query, isKnown]);
  return (
    <p class="found">
      {isKnown && of !== undefined ? `${total === of ? '' : `${count(total)} of `}${count(of)} ${named}` : 'Looking…'}
    </p>
  );
}
