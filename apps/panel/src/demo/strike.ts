import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { Exception } from 'evenkeel'
import type { ActionSummary, ActionView } from 'evenkeel/actions'
import type { CloudObject } from '../cloud/embedded/inventory.ts'
import type { QuotaAmounts } from '../records/quota-amounts.ts'
import { clearAway } from './clear-away.ts'
import type { Combination } from './combinations.ts'
import type { Customer } from './customer.ts'
import { eventually } from './eventually.ts'
import type { Operator } from './operator.ts'
import { type Deed, looks, type SceneName, scenes } from './scenes.ts'

/** How a combination went, once everything that it had begun was over. */
export interface Aftermath {
  /** `done`, `rolled back: <class>`, or `refused: <class>`. */
  readonly end: string
  /** The most that any step needed. */
  readonly attempts: number
  /** What is left in the cloud when all was deleted. */
  readonly orphans: readonly CloudObject[]
  readonly quotaUse: QuotaAmounts
  /** Whether the quota's use is what it was before. */
  readonly isQuotaExact: boolean
  /** What is not as it must be, in sentences. */
  readonly complaints: readonly string[]
}

export interface People {
  readonly customer: Customer
  readonly operator: Operator
}

/** What came of a deed. */
interface Outcome {
  /** What its doer was told instead of yes. */
  readonly exception: Exception | undefined
  /** Those that it began, when all of them are over. */
  readonly actions: readonly ActionView[]
  /** Whether it was only to look. */
  readonly isLook: boolean
}

/**
 * Orders the faults of a combination while a customer does something, has it done once more where it was not done, and
 * deletes everything. At the end nothing is under way, and nothing is left to look after.
 *
 * @throws {NeverHappenedException} something of it never ends
 */
export async function strike({ scene, orders }: Combination, people: People): Promise<Aftermath> {
  const { customer, operator } = people
  const startedAtMs = Date.now()
  const useBefore = await operator.quotaUse()
  const known = await actionsOf(operator)
  const deed = await scenes[scene](customer, operator)
  await settled(operator, known)

  await operator.orderFaults(orders)
  const struck = await outcomeOf(deed, scene, people)
  const missed = await missedOf(operator)
  await operator.orderFaults([])
  const again = isDone(struck) ? undefined : await outcomeOf(deed, scene, people)
  const untold = await untoldOf(struck, customer)
  const differing = await differingFor(operator, startedAtMs)

  const stuck = await clearAway(customer)
  await settled(operator, known)
  const orphans = await operator.objects()
  const quotaUse = await operator.quotaUse()
  const isQuotaExact = isDeepStrictEqual(quotaUse, useBefore)
  return {
    end: endOf(struck),
    attempts: Math.max(0, ...struck.actions.map(({ attemptsMax }) => attemptsMax)),
    orphans,
    quotaUse,
    isQuotaExact,
    complaints: [
      ...missed.map(operation => `${operation} was never reached`),
      ...untold,
      ...(again === undefined || isDone(again) ? [] : [`it can't be done once more: ${endOf(again)}`]),
      ...differing,
      ...stuck,
      ...orphans.map(({ kind, id, key }) => `${kind} ${id} of ${key} is left`),
      ...(isQuotaExact ? [] : [`the quota's use was ${JSON.stringify(useBefore)} before`]),
    ],
  }
}

async function outcomeOf(deed: Deed, scene: SceneName, { operator }: People): Promise<Outcome> {
  const known = await actionsOf(operator)
  let exception: Exception | undefined
  try {
    await deed()
  } catch (thrown) {
    // Also that the panel died before it could answer: the actions tell what it had begun.
    if (!(thrown instanceof Exception)) throw thrown
    exception = thrown
  }
  return { exception, actions: await settled(operator, known), isLook: looks.has(scene) }
}

function isDone({ actions, exception, isLook }: Outcome): boolean {
  if (isLook) return exception === undefined
  return actions.length > 0 && actions.every(({ state }) => state === 'succeeded')
}

function endOf(outcome: Outcome): string {
  if (isDone(outcome)) return 'done'
  const rolledBack = outcome.actions.find(({ state }) => state === 'rolled-back')
  if (rolledBack !== undefined) return `rolled back: ${rolledBack.cause?.exception}`
  return outcome.exception === undefined ? 'not begun' : `refused: ${outcome.exception.className}`
}

/** The operations whose faults have not struck. What has happened is passed on a little later than it is answered. */
async function missedOf(operator: Operator): Promise<readonly string[]> {
  const untilMs = performance.now() + passedOnWithinMs
  for (;;) {
    const { orders } = await operator.faults()
    const missed = orders.filter(({ struck }) => struck === 0)
    if (missed.length === 0 || performance.now() > untilMs) return missed.map(({ operation }) => operation)
    await delay(lookEveryMs)
  }
}

const passedOnWithinMs = 2_000
const lookEveryMs = 40

/** Whoever asks for what could not be created is told why, with the number under which operators find more. */
async function untoldOf({ actions }: Outcome, customer: Customer): Promise<readonly string[]> {
  const untold = actions.map(async ({ id, name, state, locks }) => {
    const kind = name.replace('.create', '')
    const path = state === 'rolled-back' && name.endsWith('.create') ? lists[kind] : undefined
    if (path === undefined) return []
    const uuid = locks.find(lock => lock.startsWith(`${kind}:`))?.slice(kind.length + 1)
    const found = await customer.look(`${path}/${uuid}`)
    const isTold =
      'detail' in found && found.detail.includes('Creation failed: ') && found.detail.includes(id)
    return isTold ? [] : [`its owner is not told why it failed: ${JSON.stringify(found)}`]
  })
  return (await Promise.all(untold)).flat()
}

/** Where records and cloud have been found to differ since, when nothing is under way any more. */
async function differingFor(operator: Operator, sinceMs: number): Promise<readonly string[]> {
  await operator.compare()
  const findings = (await operator.findings()).filter(({ firstSeenAtMs }) => firstSeenAtMs >= sinceMs)
  return findings.map(({ what, state }) => `the comparison found (now ${state}): ${what}`)
}

/** Where what is named by its id alone is looked for. */
const lists: { readonly [kind: string]: string } = {
  server: '/servers',
  'server-group': '/server-groups',
  volume: '/volumes',
  'volume-snapshot': '/volume-snapshots',
  network: '/networks',
  subnet: '/subnets',
  'load-balancer': '/load-balancers',
  'load-balancer-pool': '/load-balancers/pools',
  'load-balancer-listener': '/load-balancers/listeners',
  'load-balancer-health-monitor': '/load-balancers/health-monitors',
  'objects-user': '/objects-users',
  router: '/routers',
}

async function actionsOf(operator: Operator): Promise<ReadonlySet<string>> {
  return new Set((await operator.actions()).map(({ id }) => id))
}

/** The actions that were begun since, when all of them are over. */
function settled(operator: Operator, known: ReadonlySet<string>): Promise<readonly ActionView[]> {
  let actions: readonly ActionSummary[] = []
  return eventually(
    () => `these actions to be over: ${actions.map(inWords).join('; ')}`,
    async () => {
      actions = (await operator.actions()).filter(({ id }) => !known.has(id))
      if (!actions.every(isOver)) return undefined
      const views = await Promise.all(actions.map(({ id }) => operator.action(id)))
      return views.every(isTidy) ? views : undefined
    },
    { withinMs: 60_000, everyMs: lookEveryMs },
  )
}

function inWords({ id, name, state, currentStep, watchCount, residueCount }: ActionSummary): string {
  const at = currentStep === undefined ? '' : ` at ${currentStep}`
  return `${name} ${id} is ${state}${at}, with ${watchCount} watches open and ${residueCount} left over`
}

function isOver({ state, watchCount, residueCount }: ActionSummary): boolean {
  return (state === 'succeeded' || state === 'rolled-back') && watchCount === 0 && residueCount === 0
}

function isTidy({ steps }: ActionView): boolean {
  return steps.every(({ state }) => state !== 'deferred')
}
