import { getRouteApi } from '@tanstack/react-router'
import { useTitle } from '../ui/use-title.ts'
import { FollowedLog } from './followed-log.tsx'
import { FoundInLog } from './found-in-log.tsx'
import { LogForm } from './log-form.tsx'
import { LogState } from './log-state.tsx'

const route = getRouteApi('/log')

/** Why did it fail yesterday? Everything that the transaction log can be asked, and how it is doing itself. */
export function LogPage() {
  useTitle('Log')
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { tail, ...question } = search
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-lg font-semibold">Transaction log</h1>
      <LogState />
      <LogForm search={search} onSearch={next => navigate({ search: next, resetScroll: false })} />
      {tail ? (
        // Another question begins a list of its own.
        <FollowedLog key={JSON.stringify(question)} question={question} />
      ) : (
        <FoundInLog question={question} />
      )}
    </div>
  )
}
