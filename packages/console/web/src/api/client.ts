import type { ActionView } from 'evenkeel/actions'
import type { LossDimension, LossOverTime } from 'evenkeel/stats'
import type { TxLogFigures, TxRow } from 'evenkeel/tx-log'
import type { ActionsPage } from '../../../src/actions/action-routes.ts'
import type { StepOutcomesOverTime } from '../../../src/actions/step-outcomes-route.ts'
import type { Comparing, FindingsPage } from '../../../src/findings/finding-routes.ts'
import type { TransactionsPage } from '../../../src/records/ended-within.ts'
import type { FailOpenOverTime } from '../../../src/statistics/fail-open-route.ts'
import type { OutcomesOverTime } from '../../../src/statistics/outcome-route.ts'
import type { TimeWindow } from '../ui/time-window.ts'
import { session } from './session.ts'

/** What an incident number stands for. */
export interface Incident {
  readonly id: string
  readonly kind: 'action' | 'transaction'
}

/** Parameters of a question; those that are undefined are left out. */
export type Parameters = { readonly [name: string]: string | number | undefined }

/** A request of ours that the server refused, or that never reached it. */
export class ApiFailure extends Error {
  /** 0 when there was no answer. */
  readonly status: number
  /** The class of the exception, where the answer names one. */
  readonly exception: string | undefined
  readonly txId: string | undefined

  constructor(message: string, status: number, exception?: string, txId?: string) {
    super(message)
    this.status = status
    this.exception = exception
    this.txId = txId
  }
}

/** The console's own API. Addresses are relative to the page's <base>. */
export const api = {
  signIn: (token: string) => send('POST', sessionPath, { token }),
  signOut: () => send('DELETE', sessionPath),
  /** Why the event stream can't be had; undefined if it can. */
  whyNotLive: async (): Promise<Error | undefined> => {
    try {
      const answer = await send('GET', 'api/live')
      await answer.body?.cancel()
      return undefined
    } catch (error) {
      return error as ApiFailure
    }
  },
  transactions: (query: Parameters) => read<TransactionsPage>(`api/transactions?${parametersOf(query)}`),
  transaction: (id: string) => read<TxRow>(`api/transactions/${encodeURIComponent(id)}`),
  actions: (query: Parameters) => read<ActionsPage>(`api/actions?${parametersOf(query)}`),
  action: (id: string) => read<ActionView>(addressOf(id)),
  cancelAction: (id: string, reason: string) => send('POST', `${addressOf(id)}/cancel`, { reason }),
  retryStep: (id: string, path: string) => send('POST', `${addressOf(id)}/steps/retry`, { path }),
  forgetStep: (id: string, path: string, reason: string) =>
    send('POST', `${addressOf(id)}/steps/forget`, { path, reason }),
  findings: (query: Parameters) => read<FindingsPage>(`api/findings?${parametersOf(query)}`),
  remedyFinding: (id: number, remedy: string) =>
    send('POST', `api/findings/${id}/remedies/${encodeURIComponent(remedy)}`),
  dismissFinding: (id: number, reason: string) => send('POST', `api/findings/${id}/dismiss`, { reason }),
  comparing: () => read<Comparing>('api/reconciler'),
  compare: () => send('POST', 'api/reconciler/run'),
  stepOutcomes: (window: TimeWindow) =>
    read<StepOutcomesOverTime>(`api/step-outcomes?${parametersOf(timesIn(window))}`),
  logFigures: () => read<TxLogFigures & { readonly name: string }>('api/transaction-log'),
  outcomes: (window: TimeWindow, bucketSeconds: number) =>
    read<OutcomesOverTime>(`api/outcomes?${parametersOf({ ...timesIn(window), width: bucketSeconds })}`),
  shares: (window: TimeWindow, by: LossDimension | undefined) =>
    read<LossOverTime>(`api/shares?${parametersOf({ ...timesIn(window), by, limit: sharesMax })}`),
  failOpenUses: (window: TimeWindow) =>
    read<FailOpenOverTime>(`api/fail-open-uses?${parametersOf(timesIn(window))}`),
  incident: (id: string) => read<Incident>(`api/incidents/${encodeURIComponent(id)}`),
}

const sessionPath = 'api/session'

function addressOf(action: string): string {
  return `api/actions/${encodeURIComponent(action)}`
}

/** How many shares are listed before the smallest are told as one. */
const sharesMax = 50

/** As they stand behind the `?` of an address. */
export function parametersOf(parameters: Parameters): URLSearchParams {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return new URLSearchParams(given)
}

function timesIn({ fromSecond, toSecond }: TimeWindow): Parameters {
  return { from: fromSecond, to: toSecond }
}

async function read<T>(path: string): Promise<T> {
  const answer = await send('GET', path)
  return (await answer.json()) as T
}

async function send(method: string, path: string, body?: object): Promise<Response> {
  const answer = await fetch(path, {
    method,
    headers: {
      accept: 'application/problem+json, application/json',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiFailure('The server cannot be reached. It may be restarting.', 0)
  })
  if (answer.ok) return answer
  // A wrong token at sign-in is no reason to end a session: there is none.
  if (answer.status === 401 && path !== sessionPath) session.end()
  throw await failureOf(answer)
}

async function failureOf(answer: Response): Promise<ApiFailure> {
  const text = await answer.text()
  const problem = parsed(text)
  const word = (name: string) => (typeof problem[name] === 'string' ? problem[name] : undefined)
  const exception = word('exception') ?? word('type')?.split(':').at(-1)
  const message = word('detail') ?? word('message') ?? `The server answered ${answer.status}.`
  return new ApiFailure(
    message,
    answer.status,
    exception,
    word('txId') ?? word('instance')?.split(':').at(-1),
  )
}

function parsed(text: string): { [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    // A proxy in between answers in its own words; the status says enough then.
    return {}
  }
}
