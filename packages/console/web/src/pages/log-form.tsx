import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useServerNow } from '../live/use-server-now.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { TimeField } from '../ui/time-field.tsx'
import { categories, kinds, type LogSearch, parseLogSearch, wordFields } from './log-search.ts'

export interface LogFormProps {
  search: LogSearch
  onSearch: (search: LogSearch) => void
}

const labels: Record<(typeof wordFields)[number], string> = {
  exception: 'Class',
  operation: 'Operation',
  principal: 'Principal',
  resource: 'Resource',
  text: 'Text in messages or fields',
}

const lasts = [
  { seconds: 3600, name: 'Last hour' },
  { seconds: 86_400, name: 'Last 24 h' },
  { seconds: 7 * 86_400, name: 'Last 7 days' },
]

/** What the log is asked. An id leads to its transaction, whatever else is filled in. */
export function LogForm({ search, onSearch }: LogFormProps) {
  const router = useRouter()
  const [draft, setDraft] = useState(search)
  const [id, setId] = useState('')
  const toSecond = Math.floor(useServerNow() / 1000) + 1
  // Back and forward in the browser's history lead to other questions.
  useEffect(() => setDraft(search), [search])

  const change = (next: { [name in keyof LogSearch]: LogSearch[name] | undefined }) =>
    setDraft(current => ({ ...current, ...next }) as LogSearch)
  const ask = (next: LogSearch) => {
    setDraft(next)
    // Once more through the address's own rules: what is empty is left out.
    onSearch(parseLogSearch({ ...next }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wanted = id.trim().toUpperCase()
    if (wanted === '') ask(draft)
    else router.navigate({ to: '/transactions/$id', params: { id: wanted } })
  }

  return (
    <form aria-label="Search the log" onSubmit={submit} className="flex flex-col gap-3">
      <div className="grid grid-cols-1 gap-x-4 gap-y-2 sm:grid-cols-2 lg:grid-cols-4">
        <TextField label="Id" value={id} onChange={setId} />
        {wordFields.map(name => (
          <TextField
            key={name}
            label={labels[name]}
            value={draft[name] ?? ''}
            onChange={value => change({ [name]: value })}
          />
        ))}
        <SelectField
          label="Category"
          value={draft.category}
          options={categories}
          onChange={category => change({ category })}
        />
        <SelectField label="Kind" value={draft.kind} options={kinds} onChange={kind => change({ kind })} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <TimeField label="From" second={draft.from} onChange={from => change({ from })} />
        <TimeField label="To" second={draft.to} onChange={to => change({ to })} />
        <span className="flex flex-wrap gap-1.5">
          {lasts.map(({ seconds, name }) => (
            <Button
              key={seconds}
              onPress={() => ask(lookingBack({ ...draft, from: toSecond - seconds, to: toSecond }))}
            >
              {name}
            </Button>
          ))}
        </span>
        <span className="flex-1" />
        <Button look="quiet" onPress={() => ask({})}>
          Clear
        </Button>
        <Button aria-pressed={draft.tail === true} onPress={() => ask(toggled(draft))}>
          {draft.tail ? 'Stop following' : 'Follow live'}
        </Button>
        <Button type="submit" look="primary">
          Search
        </Button>
      </div>
    </form>
  )
}

function toggled({ tail, ...search }: LogSearch): LogSearch {
  return tail ? search : { ...search, tail: true }
}

function lookingBack({ tail: _, ...search }: LogSearch): LogSearch {
  return search
}
