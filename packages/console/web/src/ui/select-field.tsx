export interface SelectFieldProps<Value extends string> {
  label: string
  /** undefined for any. */
  value: Value | undefined
  options: readonly Value[]
  onChange: (value: Value | undefined) => void
}

/** One of a few words, or any of them. */
export function SelectField<Value extends string>({
  label,
  value,
  options,
  onChange,
}: SelectFieldProps<Value>) {
  return (
    <label className="flex flex-col gap-1">
      <span className="font-semibold">{label}</span>
      <select
        value={value ?? ''}
        onChange={({ currentTarget }) => onChange(options.find(option => option === currentTarget.value))}
        className="h-8 rounded border border-line-strong bg-surface px-2"
      >
        <option value="">any</option>
        {options.map(option => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  )
}
