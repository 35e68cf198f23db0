import { getRouteApi } from '@tanstack/react-router'
import { useLive } from '../live/use-live.ts'
import { useTitle } from '../ui/use-title.ts'
import { ActionStepsCounted } from './action-steps-counted.tsx'
import { ActionsForm } from './actions-form.tsx'
import { FoundActions } from './found-actions.tsx'
import { ResidueTable } from './residue-table.tsx'

const route = getRouteApi('/actions')

/** What is under way, what was done, and what is left over of it. */
export function ActionsPage() {
  useTitle('Actions')
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { reading } = useLive()
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-lg font-semibold">Actions</h1>
      <ActionsForm search={search} onSearch={next => navigate({ search: next, resetScroll: false })} />
      {reading !== undefined && reading.residue.length > 0 && <ResidueTable residue={reading.residue} />}
      <FoundActions search={search} />
      <ActionStepsCounted />
    </div>
  )
}
