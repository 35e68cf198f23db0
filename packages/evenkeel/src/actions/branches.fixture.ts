import { z } from 'zod'
import { action, createThing, makeBox, makeDisk, makePort, poll } from './actions.fixture.ts'

const diskReady = poll('disk.ready', {
  input: z.object({ id: z.string() }),
  output: z.string(),
  ask: async ({ id }, { world }) => (world.objects.has(id) ? 'ready' : undefined),
  everyMs: 1_000,
  withinMs: 600_000,
})

/** All that `run` can do at once: branches in branches, a sleep, a poll, and what depends on who is first. */
export const createAtOnce = action('thing.create', {
  ...createThing.definition,
  steps: [makePort, makeDisk, makeBox, diskReady],
  async run({ thing }, { step, sleep }) {
    const order: string[] = []
    await step.all({
      port: async step => {
        await step(makePort, { thing })
        order.push('port')
      },
      disk: async step => {
        await step.all({
          rest: step => step.sleep('rest', 500),
          disk: async step => step(diskReady, { id: (await step(makeDisk, { thing })).id }),
        })
        order.push('disk')
      },
    })
    await sleep('cool-down', 60_000)
    const box = await step(makeBox, { thing }, { as: order.join('-') })
    return { box: box.id }
  },
})

/** Makes a box in any case: beside the rest if that works, or else without it. */
export const createOrElse = action('thing.create', {
  ...createThing.definition,
  async run({ thing }, { step }) {
    try {
      const { box } = await step.all({
        port: async step => {
          await step(makePort, { thing })
          await step(makePort, { thing }, { as: 'second' })
        },
        box: async step => {
          await step(makeDisk, { thing })
          return step(makeBox, { thing })
        },
      })
      return { box: box.id }
    } catch {
      return { box: (await step(makeBox, { thing }, { as: 'alone' })).id }
    }
  },
})
