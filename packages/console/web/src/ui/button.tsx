import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  /** @default 'plain' */
  look?: 'primary' | 'plain' | 'quiet'
}

const looks = {
  primary: 'bg-accent text-surface border-transparent font-semibold data-[hovered]:opacity-90',
  plain: 'border-line-strong bg-surface data-[hovered]:bg-hover',
  quiet: 'border-transparent text-muted data-[hovered]:bg-hover data-[hovered]:text-ink',
}

export function Button({ look = 'plain', ...props }: ButtonProps) {
  return (
    <AriaButton
      {...props}
      className={`inline-flex h-7 cursor-pointer items-center justify-center gap-1.5 rounded border px-2.5 data-[disabled]:cursor-default data-[disabled]:opacity-60 ${looks[look]}`}
    />
  )
}
