import { type Colors, dashOf } from '../outcomes/graph-look.ts'
import { alwaysNamed, groupNames, groupOrder, type OutcomeGroup } from '../outcomes/outcome-groups.ts'
import type { ClassSeries } from '../outcomes/outcome-series.ts'
import { Button } from '../ui/button.tsx'

export interface LegendProps {
  classes: readonly ClassSeries[]
  colors: Colors
  /** The class that is shown alone, if one is. */
  exception: string | undefined
  onException: (exception: string | undefined) => void
  /** Whether the graph also shows what would have been, had no call failed open. */
  isClosedShown: boolean
}

const explanations: Record<OutcomeGroup, string> = {
  failures: 'ours: they lower the success rate',
  ignored: 'the callers’ matter: they don’t',
  step: 'met by actions on the way; they may have tried again',
  call: 'met in calls to other services and systems',
  branch: 'one branch of a fan-out; the others went on',
  'fail-open': 'swallowed: the transaction went on without it',
  'if-failed-closed': 'what transactions that ended well would have met',
}

/** Names every line, in the groups that tell whose matter it is. A click shows a class alone. */
export function Legend({ classes, colors, exception, onException, isClosedShown }: LegendProps) {
  return (
    <div className="flex max-h-66 flex-col gap-3 overflow-y-auto text-sm">
      <p className="flex items-center gap-2">
        <Swatch color="--color-ink" />
        Success rate
        {exception !== undefined && (
          <span className="ml-auto">
            <Button onPress={() => onException(undefined)}>Show all classes</Button>
          </span>
        )}
      </p>
      {isClosedShown && (
        <p className="flex items-center gap-2">
          <Swatch color="--color-ink" dash={[2, 4]} />
          Success rate at least, had every call failed closed
        </p>
      )}
      {groupOrder.map(group => {
        const members = classes.filter(one => one.group === group)
        if (members.length === 0 && !alwaysNamed.includes(group)) return null
        return (
          <div key={group}>
            <p id={`legend-${group}`} className="font-semibold">
              {groupNames[group]} <span className="font-normal text-muted">{explanations[group]}</span>
            </p>
            {members.length === 0 && <p className="text-muted">none</p>}
            <ul aria-labelledby={`legend-${group}`}>
              {members.map(one => {
                const isAlone = one.exception === exception
                return (
                  <li key={one.key}>
                    <button
                      type="button"
                      aria-pressed={isAlone}
                      onClick={() => onException(isAlone ? undefined : one.exception)}
                      className={`flex w-full cursor-pointer items-center gap-2 rounded px-1 py-0.5 text-left hover:bg-hover ${isAlone ? 'bg-hover' : ''} ${exception !== undefined && !isAlone ? 'text-muted' : ''}`}
                    >
                      <Swatch color={colors.of(one)} dash={dashOf(group)} />
                      <span
                        className="min-w-0 flex-1 wrap-anywhere"
                        title={`${one.exception} (${one.category})`}
                      >
                        {one.exception}
                      </span>
                      <span className="text-muted">{one.category}</span>
                      <span className="min-w-8 text-right font-semibold">{one.total}</span>
                    </button>
                  </li>
                )
              })}
            </ul>
          </div>
        )
      })}
    </div>
  )
}

/** A piece of the line, dashed as it is on the graph. */
function Swatch({ color, dash }: { color: string; dash?: readonly number[] | undefined }) {
  return (
    <svg aria-hidden viewBox="0 0 22 4" className="h-1 w-5.5 shrink-0">
      <path d="M0 2h22" stroke={`var(${color})`} strokeWidth="3" strokeDasharray={dash?.join(' ')} />
    </svg>
  )
}
