import { actionsOn, type Schema } from 'evenkeel/actions'
import { type MemoryDb, memoryDatabase, type ProofWorld } from 'evenkeel/testing'

/** Things on a shelf of another system. */
export interface Shelf {
  /** How many things were ever put there: an id is never given twice. */
  putCount: number
  readonly things: Map<string, { readonly key: string; isBroken: boolean }>
}

/** Our records of it. */
export interface ShelfRecords {
  /** How many times the three things were put there. */
  sets: number
}

interface Made {
  readonly id: string
}

const { step, action } = actionsOn<Shelf, MemoryDb<ShelfRecords>>()
const Id: Schema<Made> = { parse: value => value as Made }

const puts = ['frame', 'board', 'lamp'].map(kind =>
  step(`${kind}.put`, {
    input: Id,
    output: Id,
    async do(_shelf, { key, world }) {
      const id = `${kind}-${++world.putCount}`
      world.things.set(id, { key, isBroken: false })
      return { id }
    },
    async find({ key, world }) {
      return [...world.things]
        .filter(([, thing]) => thing.key === key)
        .map(([id, { isBroken }]) =>
          isBroken
            ? { state: 'broken', output: { id }, fault: 'it fell down' }
            : { state: 'ready', output: { id } },
        )
    },
    async undo({ id }, { world }) {
      world.things.delete(id)
    },
  }),
)

/** So many things are put on a shelf together. */
export const furnishedWith = puts.length

/** Puts three things on a shelf, one after the other, or none of them. */
export const furnish = action('shelf.furnish', {
  version: 1,
  input: Id,
  output: Id,
  steps: puts,
  locks: async ({ id }: Made) => [`shelf:${id}`],
  async admit(shelf) {
    return shelf
  },
  async run(shelf, { step }) {
    for (const put of puts) await step(put, shelf)
    return shelf
  },
  async onEnd({ kind }, _shelf, db) {
    if (kind === 'succeeded') db.records.sets++
  },
})

/** An empty shelf. */
export function shelfWorld() {
  const things: Shelf['things'] = new Map()
  const database = memoryDatabase<ShelfRecords>({ sets: 0 })
  return {
    world: { things, putCount: 0 },
    database,
    objects: () => [...things].map(([id, { key, isBroken }]) => ({ id, key, state: { isBroken } })),
    records: () => ({ ...database.read.records }),
    damage(key) {
      const [id, thing] = [...things].find(([, thing]) => thing.key === key) ?? []
      if (thing !== undefined) thing.isBroken = true
      return id
    },
  } satisfies ProofWorld<Shelf, MemoryDb<ShelfRecords>>
}
