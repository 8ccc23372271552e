'use client';
// One of several words, or any of them: a filter.
interface ChoiceProps {
  label: string;
  /** Empty: any. */
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
}

/** A value that is not among the options any more (from an old address, say) is offered all the same. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  const all = value === '' || options.includes(value) ? options : [value, ...options];
  return (
    <select aria-label={label} value={value} onChange={({ target }) => onChange(target.value)}>
      <option value="">{label}: any</option>
      {all.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  );
}
