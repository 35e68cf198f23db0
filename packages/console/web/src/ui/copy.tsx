import { useState } from 'react'
import { Button } from 'react-aria-components'

export interface CopyProps {
  /** What is copied. */
  text: string
  /** What is shown; nothing but the button, if it is empty. @default the text itself */
  shown?: string
  /** What it is, for the button's name: "incident number". */
  noun: string
}

/** A text to take along: shown in full, copied by clicking on it. */
export function Copy({ text, shown = text, noun }: CopyProps) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready')
  const copy = async () => {
    // A browser may refuse, for instance on a page without https: then people can still select the text.
    const next = await navigator.clipboard.writeText(text).then(
      () => 'copied' as const,
      () => 'refused' as const,
    )
    setState(next)
    setTimeout(setState, 1500, 'ready')
  }
  return (
    <span className="inline-flex items-center gap-1 font-mono text-sm">
      {shown !== '' && <span title={text}>{shown}</span>}
      <Button
        aria-label={`Copy ${noun} ${text}`}
        onPress={copy}
        className="cursor-pointer rounded px-1 font-sans text-xs whitespace-nowrap text-muted data-[hovered]:bg-hover data-[hovered]:text-ink"
      >
        {{ ready: shown === '' ? `copy ${noun}` : 'copy', copied: 'copied', refused: 'select it' }[state]}
      </Button>
    </span>
  )
}
