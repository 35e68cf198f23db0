import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
} from 'react-aria-components'

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  label: string
  /** Why the value was refused. */
  error?: string | undefined
}

export function TextField({ label, error, ...props }: TextFieldProps) {
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} className="flex flex-col gap-1">
      <Label className="font-semibold">{label}</Label>
      <Input className="h-8 rounded border border-line-strong bg-surface px-2 font-mono data-[invalid]:border-bad" />
      <FieldError className="text-bad">{error}</FieldError>
    </AriaTextField>
  )
}
