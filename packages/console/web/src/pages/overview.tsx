import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { LiveReading } from '../../../src/live/live-reading.ts'
import { percent } from '../format/time.ts'
import { totalsOf, type Verdict, verdictOn } from '../outcomes/verdict.ts'
import { useTitle } from '../ui/use-title.ts'

export interface OverviewProps {
  reading: LiveReading
  /** Whether the reading is of now. */
  isLive: boolean
  /** Told the class that is to be looked at alone. */
  onException: (exception: string) => void
}

const looks: Record<Verdict['level'], { band: string; dot: string; word: string }> = {
  unheard: { band: 'border-warn/50 bg-warn-soft text-warn', dot: 'bg-warn breathing', word: 'No word' },
  failing: { band: 'border-bad/50 bg-bad-soft text-bad', dot: 'bg-bad breathing', word: 'Failing' },
  attention: { band: 'border-warn/50 bg-warn-soft text-warn', dot: 'bg-warn', word: 'Attention' },
  well: { band: 'border-line bg-raised text-ink', dot: 'bg-good', word: 'Well' },
  quiet: { band: 'border-line bg-raised text-ink', dot: 'bg-muted', word: 'Quiet' },
}

/** The answer to "is everything all right?", and the figures that it rests on. */
export function Overview({ reading, isLive, onException }: OverviewProps) {
  const verdict = verdictOn(reading, isLive)
  const totals = totalsOf(reading.seconds)
  const { running, watches, residue } = reading.overview
  const openFindings = reading.findings?.open ?? 0
  const { band, dot, word } = looks[verdict.level]
  useTitle(word)
  return (
    <section aria-label="Overview">
      <div className={`flex min-h-12 items-center gap-3 rounded-t border px-4 py-2 ${band}`}>
        <span aria-hidden className={`size-3 shrink-0 rounded-full ${dot}`} />
        <h1 className="min-w-0 text-lg font-semibold wrap-anywhere">
          {verdict.sentence}
          {verdict.exception && (
            <>
              {' '}
              <button
                type="button"
                className="cursor-pointer font-mono text-[18px] underline decoration-1 underline-offset-4"
                onClick={() => onException(verdict.exception ?? '')}
              >
                {verdict.exception}
              </button>
            </>
          )}
        </h1>
      </div>
      <dl
        className={`grid grid-cols-2 overflow-hidden rounded-b border border-t-0 sm:grid-cols-3 ${openFindings > 0 ? 'lg:grid-cols-7' : 'lg:grid-cols-6'}`}
      >
        <Figure
          name="Success rate, 15 min"
          value={totals.successRate === undefined ? '–' : percent(totals.successRate)}
        />
        <Figure name="Failures" value={totals.failures} isBad={totals.failures > 0} />
        <Figure name="Ignored failures" value={totals.ignored} />
        <Figure name="Running actions" value={running} />
        <Figure name="Residue" value={residue} isBad={residue > 0} />
        <Figure name="Open watches" value={watches} />
        {openFindings > 0 && (
          <Figure
            name="Open findings"
            value={
              <Link to="/findings" aria-label={`${openFindings} open findings`}>
                {openFindings}
              </Link>
            }
          />
        )}
      </dl>
    </section>
  )
}

interface FigureProps {
  name: string
  value: ReactNode
  isBad?: boolean
}

function Figure({ name, value, isBad = false }: FigureProps) {
  return (
    <div className="-mt-px -ml-px border-t border-l px-4 py-2">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className={`text-lg font-semibold ${isBad ? 'text-bad' : ''}`}>{value}</dd>
    </div>
  )
}
