interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly options: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of a few, all of them in sight: radio buttons that look like a row of buttons. */
export function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>) {
  const name = `choice-${label.replaceAll(/\W+/g, '-').toLowerCase()}`;
  return (
    <fieldset class="choice">
      <legend class="unseen">{label}</legend>
      {(Object.keys(options) as Value[]).map((option) => (
        <label key={option} class={option === value ? 'chosen' : ''}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
          {options[option]}
        </label>
      ))}
    </fieldset>
  );
}
