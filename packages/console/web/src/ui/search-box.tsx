import { useEffect, useRef } from 'react'
import { Input, SearchField } from 'react-aria-components'

export interface SearchBoxProps {
  label: string
  onSearch: (text: string) => void
  /** Why the last search led nowhere. */
  error?: string | undefined
  onChange: () => void
}

/** A search box in the header; the key `/` leads to it from anywhere on the page. */
export function SearchBox({ label, onSearch, error, onChange }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      input.current?.focus()
    }
    window.addEventListener('keydown', focus)
    return () => window.removeEventListener('keydown', focus)
  }, [])
  return (
    <div className="relative">
      <SearchField aria-label={label} onSubmit={text => onSearch(text.trim())} onChange={onChange}>
        <Input
          ref={input}
          placeholder={`${label} · press /`}
          className="h-7 w-64 rounded border border-line-strong bg-surface px-2 font-mono text-sm placeholder:font-sans placeholder:text-muted"
        />
      </SearchField>
      {error && (
        <p
          role="alert"
          className="absolute top-8 right-0 z-30 w-80 rounded border border-bad/40 bg-bad-soft px-3 py-2 text-bad"
        >
          {error}
        </p>
      )}
    </div>
  )
}
