import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { StepOutcomes } from '../../../src/actions/step-outcomes.ts'
import { ApiFailure, api } from '../api/client.ts'
import { percent } from '../format/time.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Failure } from '../ui/failure.tsx'
import { PlainTable } from '../ui/plain-table.tsx'
import { Section } from '../ui/section.tsx'

const hourSeconds = 3600

/** How steps and undos ended in the last hour, each by class. On the page only where any ran. */
export function ActionStepsCounted() {
  const nowSecond = Math.floor(useServerNow() / 1000)
  const counted = useQuery({
    queryKey: ['step-outcomes'],
    queryFn: () => api.stepOutcomes({ fromSecond: nowSecond - hourSeconds, toSecond: nowSecond + 1 }),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  })
  // A server that keeps no past says so where it is asked for one; here it would only be in the way.
  if (counted.error instanceof ApiFailure && counted.error.status === 404) return null
  if (counted.error !== null) {
    return <Failure what="The steps could not be counted" error={counted.error} onRetry={counted.refetch} />
  }
  if (counted.data === undefined || counted.data.steps.length === 0) return null
  return (
    <Section
      title="Steps of the last hour"
      aside={<span className="text-muted">every attempt counts, and so do looking and undoing</span>}
    >
      <PlainTable
        label="Steps of the last hour"
        head={['Step', 'Attempts', 'Done', 'Exceptions']}
        wordColumns={[0, 3]}
        rows={counted.data.steps.map(step => ({
          key: step.operation,
          cells: [step.operation, step.runs, shareDone(step), exceptionsOf(step)],
        }))}
      />
    </Section>
  )
}

function shareDone({ runs, exceptions }: StepOutcomes): string {
  const failed = Object.values(exceptions).reduce((sum, count) => sum + count, 0)
  return percent((100 * (runs - failed)) / runs)
}

function exceptionsOf({ exceptions }: StepOutcomes): string {
  const classes = Object.entries(exceptions).sort(([, a], [, b]) => b - a)
  return classes.map(([exception, count]) => `${exception} ${count}`).join(', ') || 'none'
}
