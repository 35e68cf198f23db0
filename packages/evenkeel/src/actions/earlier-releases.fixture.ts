import { z } from 'zod'
import {
  action,
  createThing,
  makeBox,
  makeDisk,
  makePort,
  poll,
  removes,
  step,
  type ToyWorld,
} from './actions.fixture.ts'
import { Secret } from './secret.ts'
import type { EffectContext } from './step.ts'

// The actions whose journals earlier releases left, as they were: a change here would be a change under them.

const removeBox = removes('box')
const readThing = step('thing.read', {
  idempotent: true,
  input: z.object({ thing: z.string() }),
  output: z.array(z.string()),
  do: async (_input, { world }) => [...world.objects.keys()],
  undo: 'nothing',
})

/** Release 1. */
export const deleteThing = action('thing.delete', {
  ...createThing.definition,
  output: z.null() as never,
  steps: [readThing, removeBox],
  queue: 'after-admission',
  async run({ thing }, { step }) {
    const boxes = await step(readThing, { thing })
    return step.pivot(
      'removal',
      boxes.map(id => [removeBox, { id }, { as: id }] as const),
    )
  },
  onEnd: async () => {},
})

const diskReady = poll('disk.ready', {
  input: z.object({ thing: z.string() }),
  output: z.string(),
  ask: async (_input, { world }) => [...world.objects.keys()].find(id => id.startsWith('disk')),
  withinMs: 60_000,
})

const portOfVersion7 = step('port.make', {
  version: 7,
  input: z.object({ thing: z.string() }),
  output: z.object({ id: z.string() }),
  do: async (_input, { key, world }) => ({ id: (await world.create('port', key)).id }),
  find: async ({ key, world }) =>
    (await world.find('port', key)).map(({ id }) => ({ state: 'ready' as const, output: { id } })),
  undo: ({ id }, { world }) => world.remove(id),
})

/** Release 2. */
export const guardThing = action('thing.guard', {
  ...createThing.definition,
  version: 2,
  steps: [makePort, makeDisk, makeBox, diskReady],
  retired: [portOfVersion7],
  async run({ thing }, { step, sleep }) {
    await step.all({
      port: step => step(makePort, { thing }),
      disk: step => step(makeDisk, { thing }),
    })
    await sleep('cool-down', 60_000)
    await step(diskReady, { thing })
    const { id } = await step(makeBox, { thing })
    return { box: id }
  },
})

const Volume = z.object({ uuid: z.string(), sizeGb: z.int(), type: z.string() })

/** A step of the panel's, on the toy world: what its input holds doesn't matter here, so all of it is kept. */
function panelStep(name: string, kind: string) {
  return step(name, {
    input: z.looseObject({}),
    output: z.looseObject({ id: z.string() }),
    do: async (_input, { key, world }: EffectContext<ToyWorld>) => ({
      id: (await world.create(kind, key)).id,
    }),
    find: async ({ key, world }) =>
      (await world.find(kind, key)).map(({ id }) => ({ state: 'ready' as const, output: { id } })),
    undo: ({ id }, { world }) => world.remove(id),
  })
}

const holdAddresses = step('addresses.hold', {
  idempotent: true,
  input: z.object({ addresses: z.array(z.string()) }),
  output: z.null(),
  do: async () => null,
  undo: async () => {},
})
const createPort = panelStep('network.port', 'port')
const createVolume = panelStep('volumes.volume', 'volume')
const bootServer = panelStep('compute.server', 'server')
const setPointer = panelStep('dns.pointer', 'pointer')

/** Release 1, of the panel. */
export const createServer = action('server.create', {
  version: 1,
  input: z.looseObject({
    zone: z.string(),
    image: z.string(),
    rootVolume: Volume,
    volumes: z.array(Volume),
    addresses: z.array(z.object({ version: z.int(), address: z.string(), reversePtr: z.string() })),
    password: z.instanceof(Secret).nullable(),
  }),
  output: z.object({ serverId: z.string() }),
  steps: [holdAddresses, createPort, createVolume, bootServer, setPointer],
  locks: async () => [],
  admit: async (request: never) => request,
  async run({ zone, image, rootVolume, volumes, addresses, password }, { step }) {
    await step(holdAddresses, { addresses: addresses.map(({ address }) => address) })
    const plain = addresses.map(({ version, address }) => ({ version, address }))
    const { id: portId } = await step(createPort, { zone, network: 'public', addresses: plain })
    const { sizeGb, type } = rootVolume
    const volumeIds = [(await step(createVolume, { zone, sizeGb, type, image }, { as: 'root' })).id]
    for (const [at, { sizeGb, type }] of volumes.entries()) {
      const as = `data-${at + 1}`
      volumeIds.push((await step(createVolume, { zone, sizeGb, type, image: null }, { as })).id)
    }
    const { id: serverId } = await step(bootServer, { zone, portIds: [portId], volumeIds, password })
    for (const { address, version, reversePtr } of addresses)
      await step(setPointer, { address, name: reversePtr }, { as: `ipv${version}` })
    return { serverId }
  },
  async onEnd(end, _input, db) {
    db.records.ends.push(end.kind)
  },
})
