import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'

export interface ChoiceProps<Value extends string | number> {
  label: string
  value: Value
  options: readonly { readonly value: Value; readonly name: string }[]
  onChange: (value: Value) => void
}

/** One of a few, all in view. */
export function Choice<Value extends string | number>({
  label,
  value,
  options,
  onChange,
}: ChoiceProps<Value>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={keys => {
        const chosen = options.find(option => keys.has(option.value))
        if (chosen !== undefined) onChange(chosen.value)
      }}
      className="inline-flex flex-wrap overflow-hidden rounded border border-line-strong"
    >
      {options.map(option => (
        <ToggleButton
          key={option.value}
          id={option.value}
          className="h-6 cursor-pointer border-line-strong px-2.5 text-sm whitespace-nowrap text-muted not-first:border-l data-[hovered]:bg-hover data-[selected]:bg-hover data-[selected]:font-semibold data-[selected]:text-ink"
        >
          {option.name}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
