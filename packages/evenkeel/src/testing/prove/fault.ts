/** Where in a run a fault may strike. */
export type PointKind =
  | 'do'
  | 'find'
  | 'undo'
  | 'wait' // for a system that has accepted and not done yet, for the next attempt, for an effect to show
  | 'write' // of a line of the journal
  | 'admission' // the database transaction that admits the action
  | 'end' // the one of its `onEnd`

/** A place that a run has come to. */
export interface Point {
  /** `network.port.do`; `network.port.do#2` when it comes there for the second time. */
  readonly name: string
  readonly kind: PointKind
  /** Counts from 1. */
  readonly occurrence: number
}

/**
 * What can go wrong at each kind of point. A fault whose name ends in `-on` lasts until the proof lifts it, long after
 * the action has ended; any other strikes once.
 */
export const faultsAt = {
  do: [
    'refuse',
    'busy',
    'busy-on',
    'lose-answer',
    'late-effect',
    'late-duplicate',
    'error-state',
    'crash',
    'cancel',
    'deadline',
    'shutdown',
    'rival',
  ],
  find: ['unavailable', 'unavailable-on', 'crash', 'cancel', 'shutdown'],
  undo: [
    'refuse',
    'refuse-on',
    'busy',
    'busy-on',
    'lose-answer',
    'late-effect',
    'late-duplicate',
    'crash',
    'cancel',
    'shutdown',
    'rival',
  ],
  wait: ['crash', 'cancel', 'shutdown', 'rival'],
  write: ['crash-before', 'crash-after', 'cancel', 'shutdown'],
  admission: ['crash-before', 'crash-after'],
  end: ['fail', 'crash-before', 'crash-after', 'rival'],
} as const satisfies Record<PointKind, readonly string[]>

export type Fault = (typeof faultsAt)[PointKind][number]

/** A fault that is ordered for a point. */
export interface Order {
  readonly point: string
  readonly fault: Fault
}

/** What is ordered for one run. */
export type Scenario = readonly Order[]

/** @example 'server.create/root-volume.do/lose-answer + port.undo/refuse-on' */
export function nameOf(action: string, scenario: Scenario): string {
  if (scenario.length === 0) return `${action} without a fault`
  return `${action}/${scenario.map(({ point, fault }) => `${point}/${fault}`).join(' + ')}`
}

/** @throws {TypeError} the text is not what `nameOf` makes for this action */
export function scenarioOf(action: string, name: string): Scenario {
  if (name === nameOf(action, [])) return []
  const known: ReadonlySet<string> = new Set(Object.values(faultsAt).flat())
  if (!name.startsWith(`${action}/`))
    throw new TypeError(`${JSON.stringify(name)} is no finding of ${action}`)
  return name
    .slice(action.length + 1)
    .split(' + ')
    .map(order => {
      const at = order.lastIndexOf('/')
      const fault = order.slice(at + 1)
      if (at < 1 || !known.has(fault)) {
        throw new TypeError(
          `${JSON.stringify(order)} is no fault at a point: write <point>/<fault>, as findings are named`,
        )
      }
      return { point: order.slice(0, at), fault: fault as Fault }
    })
}

export function lastsOn(fault: Fault): boolean {
  return fault.endsWith('-on')
}

/** Whether it strikes at the same place more than once, where no other fault can strike then. */
export function strikesAgain(fault: Fault): boolean {
  return lastsOn(fault) || fault === 'fail'
}
