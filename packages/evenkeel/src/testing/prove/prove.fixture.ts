import { type ToyRecords, ToyWorld } from '../../actions/actions.fixture.ts'
import { type MemoryDb, memoryDatabase } from '../memory-database.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import type { ProofEnd, ProofWorld } from './proof-world.ts'
import type { ProveOptions } from './prove.ts'

export interface ToyProofWorld extends ProofWorld<ToyWorld, MemoryDb<ToyRecords>> {
  readonly world: ToyWorld
  readonly database: ReturnType<typeof memoryDatabase<ToyRecords>>
}

/** The toy world for proofs, with a thing of somebody else in it. */
export function toyProofWorld(clock: VirtualClock): ToyProofWorld {
  const world = new ToyWorld(clock)
  const database = memoryDatabase<ToyRecords>({ things: {}, ends: [] })
  world.objects.set('port-0', { id: 'port-0', key: 'of-others/port.make', kind: 'port', isBroken: false })
  return {
    world,
    database,
    objects: () =>
      [...world.objects.values()].map(({ id, key, isBroken }) => ({ id, key, state: { isBroken } })),
    records: () => ({ ...database.read.records.things }),
    damage(key) {
      const carrier = [...world.objects.values()].find(object => object.key === key)
      if (carrier === undefined) return undefined
      carrier.isBroken = true
      return carrier.id
    },
  }
}

/** A thing is either recorded as ready, or not at all. */
export function isThingUsable({ database }: ToyProofWorld, ends: readonly ProofEnd[]): readonly string[] {
  const { things } = database.read.records
  const isThere = ends.some(({ kind }) => kind === 'succeeded')
  const expected = isThere ? { a: 'ready' } : {}
  return JSON.stringify(things) === JSON.stringify(expected)
    ? []
    : [`the records say ${JSON.stringify(things)}, and not ${JSON.stringify(expected)}`]
}

export const toyProof: ProveOptions<{ thing: string }, ToyWorld, MemoryDb<ToyRecords>, ToyProofWorld> = {
  world: toyProofWorld,
  input: { thing: 'a' },
  usable: isThingUsable,
}
