import { type FormEvent, useEffect, useState } from 'react'
import { useServerNow } from '../live/use-server-now.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { TimeField } from '../ui/time-field.tsx'
import { type ActionsSearch, actionStates, actionWordFields, parseActionsSearch } from './actions-search.ts'

export interface ActionsFormProps {
  search: ActionsSearch
  onSearch: (search: ActionsSearch) => void
}

const labels: Record<(typeof actionWordFields)[number], string> = {
  name: 'Action',
  lock: 'About (a lock, such as server:…)',
  class: 'Class of its cause',
}

/** Which actions are looked for. */
export function ActionsForm({ search, onSearch }: ActionsFormProps) {
  const [draft, setDraft] = useState(search)
  const toSecond = Math.floor(useServerNow() / 1000) + 1
  // Back and forward in the browser's history lead to other questions.
  useEffect(() => setDraft(search), [search])

  const change = (next: { [name in keyof ActionsSearch]: ActionsSearch[name] | undefined }) =>
    setDraft(current => ({ ...current, ...next }) as ActionsSearch)
  const ask = (next: ActionsSearch) => {
    setDraft(next)
    // Once more through the address's own rules: what is empty is left out.
    onSearch(parseActionsSearch({ ...next }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask(draft)
  }

  return (
    <form aria-label="Find actions" onSubmit={submit} className="flex flex-col gap-3">
      <div className="grid grid-cols-1 gap-x-4 gap-y-2 sm:grid-cols-2 lg:grid-cols-4">
        {actionWordFields.map(name => (
          <TextField
            key={name}
            label={labels[name]}
            value={draft[name] ?? ''}
            onChange={value => change({ [name]: value })}
          />
        ))}
        <SelectField
          label="State"
          value={draft.state}
          options={actionStates}
          onChange={state => ask({ ...draft, state } as ActionsSearch)}
        />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <TimeField label="From" second={draft.from} onChange={from => change({ from })} />
        <TimeField label="To" second={draft.to} onChange={to => change({ to })} />
        <Button onPress={() => ask({ ...draft, from: toSecond - 3600, to: toSecond })}>Last hour</Button>
        <span className="flex-1" />
        <Button look="quiet" onPress={() => ask({})}>
          Clear
        </Button>
        <Button type="submit" look="primary">
          Find
        </Button>
      </div>
    </form>
  )
}
