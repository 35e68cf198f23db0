import type { ActionSummary, ActionView } from 'evenkeel/actions'
import { ConnectionLostException } from 'evenkeel/client'
import type { CloudObject } from '../cloud/embedded/inventory.ts'
import type { QuotaAmounts } from '../records/quota-amounts.ts'
import type { Combination } from './combinations.ts'
import type { Customer, Gone, OwnServer } from './customer.ts'
import { eventually } from './eventually.ts'
import type { Operator } from './operator.ts'

/** How a combination went, once everything that it had begun was over. */
export interface Aftermath {
  /** `running`, `rolled back: <class>`, `deleted`, or `not begun`. */
  readonly end: string
  /** The most that any step needed. */
  readonly attempts: number
  /** What its actions left in the cloud. */
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

/**
 * Orders the faults of a combination, creates a server, deletes it if it runs, and waits until nothing is under
 * way and nothing is left to look after.
 *
 * @throws {NeverHappenedException} something of it never ends
 */
export async function strike(combination: Combination, people: People): Promise<Aftermath> {
  const { operator } = people
  const known = new Set((await operator.actions()).map(({ id }) => id))
  const useBefore = await operator.quotaUse()

  const created = await create(combination, people, known)
  if (created !== undefined && 'uuid' in created) await remove(created, combination, people)

  const actions = await settled(operator, known)
  const { orders } = await operator.faults()
  const ids = new Set<string>(actions.map(({ id }) => id))
  const orphans = (await operator.objects()).filter(({ key }) => ids.has(key.split('/', 1)[0] ?? ''))
  const quotaUse = await operator.quotaUse()
  const isQuotaExact = JSON.stringify(quotaUse) === JSON.stringify(useBefore)
  return {
    end: endOf(combination, created, actions),
    attempts: Math.max(0, ...actions.map(({ attemptsMax }) => attemptsMax)),
    orphans,
    quotaUse,
    isQuotaExact,
    complaints: [
      ...orders.filter(({ struck }) => struck === 0).map(({ operation }) => `${operation} was never reached`),
      ...orphans.map(({ kind, id, key }) => `${kind} ${id} of ${key} is left`),
      ...(isQuotaExact ? [] : [`the quota's use was ${JSON.stringify(useBefore)} before`]),
      ...(isToldWhy(created, actions) ? [] : [`the 404 does not say why: ${JSON.stringify(created)}`]),
    ],
  }
}

/** @returns the server that runs, or what its owner is told instead; undefined if nothing was begun */
async function create(
  { at, orders }: Combination,
  { customer, operator }: People,
  known: ReadonlySet<string>,
): Promise<OwnServer | Gone | undefined> {
  if (at === 'creation') await operator.orderFaults(orders)
  const uuid = await orderServer({ customer, operator }, known)
  if (uuid === undefined) return undefined
  return eventually(
    'the server to run or to be gone',
    async () => {
      const server = await customer.server(uuid)
      return 'uuid' in server && server.status !== 'running' ? undefined : server
    },
    { everyMs: 40 },
  )
}

async function orderServer({ customer, operator }: People, known: ReadonlySet<string>) {
  try {
    return await customer.createServer('storm')
  } catch (thrown) {
    if (!(thrown instanceof ConnectionLostException)) throw thrown
    // The panel died before it could answer: the actions tell whether the creation had been admitted.
    const [creation] = await newActions(operator, known)
    return creation?.locks.find(lock => lock.startsWith('server:'))?.slice('server:'.length)
  }
}

async function remove(
  { uuid, volumes }: OwnServer,
  { at, orders }: Combination,
  { customer, operator }: People,
): Promise<void> {
  if (at === 'deletion') await operator.orderFaults(orders)
  await customer.deleteServer(uuid)
  const [, ...further] = volumes
  for (const volume of further) await customer.deleteVolume(volume.uuid)
}

/** The actions that were begun since, when all of them are over. */
function settled(operator: Operator, known: ReadonlySet<string>): Promise<readonly ActionView[]> {
  let actions: readonly ActionSummary[] = []
  return eventually(
    () => `these actions to be over: ${actions.map(inWords).join('; ')}`,
    async () => {
      actions = await newActions(operator, known)
      if (!actions.every(isOver)) return undefined
      const views = await Promise.all(actions.map(({ id }) => operator.action(id)))
      return views.every(isTidy) ? views : undefined
    },
    { withinMs: 60_000, everyMs: 40 },
  )
}

function inWords({ id, name, state, currentStep, watchCount, residueCount }: ActionSummary): string {
  const at = currentStep === undefined ? '' : ` at ${currentStep}`
  return `${name} ${id} is ${state}${at}, with ${watchCount} watches open and ${residueCount} left over`
}

async function newActions(operator: Operator, known: ReadonlySet<string>): Promise<readonly ActionSummary[]> {
  return (await operator.actions()).filter(({ id }) => !known.has(id))
}

function isOver({ state, watchCount, residueCount }: ActionSummary): boolean {
  return (state === 'succeeded' || state === 'rolled-back') && watchCount === 0 && residueCount === 0
}

function isTidy({ steps }: ActionView): boolean {
  return steps.every(({ state }) => state !== 'deferred')
}

function endOf(
  { at }: Combination,
  created: OwnServer | Gone | undefined,
  actions: readonly ActionView[],
): string {
  if (created === undefined) return 'not begun'
  const rolledBack = actions.find(({ state }) => state === 'rolled-back')
  if (rolledBack !== undefined) return `rolled back: ${rolledBack.cause?.exception}`
  return at === 'deletion' ? 'deleted' : 'running'
}

/** Whoever asks for a server that could not be created is told why, with the number under which operators find more. */
function isToldWhy(created: OwnServer | Gone | undefined, actions: readonly ActionView[]): boolean {
  if (created === undefined || 'uuid' in created) return true
  return actions.some(({ id }) => created.detail.includes('Creation failed: ') && created.detail.includes(id))
}
