import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudOperations } from '../../src/cloud/embedded/operations.ts'
import type { PanelProcess } from '../../src/demo/panel-process.ts'
import { allOver, nothingInUse, operatorSees, orderFaults, startPanel } from '../panel.fixture.ts'
import { Client, habitsOf } from './client.ts'
import { hastyStories } from './hasty-stories.ts'
import { networkStories } from './network-stories.ts'
import { serverStories } from './server-stories.ts'
import { sharedStories } from './shared-stories.ts'
import type { Stories } from './story.ts'
import { volumeStories } from './volume-stories.ts'

/** All at once in one project, as several test suites are run: each client is of another kind than the one before. */
const stories: Stories = {
  ...hastyStories,
  ...serverStories,
  ...volumeStories,
  ...networkStories,
  ...sharedStories,
}
const kinds = Object.values(habitsOf)
const cases = Object.entries(stories).map(([title, story], at) => ({
  title,
  story,
  habits: kinds[at % kinds.length] ?? habitsOf.go,
}))

/** Faults that a panel can get over, at one call in twenty. */
const faults = ['busy', 'lose-answer', 'slow'] as const

describe.each([
  ['a cloud', []],
  ['a cloud that is busy, slow, and loses answers', faults],
] as const)('on %s', (_, kindsOfFault) => {
  let panel: PanelProcess
  beforeAll(async () => {
    panel = await startPanel({ CHANGING_MS: '300' })
    const orders = kindsOfFault.flatMap(kind =>
      cloudOperations.map(operation => ({ operation, kind, probability: 0.05 })),
    )
    await orderFaults(panel, ...orders)
  })
  afterAll(() => panel[Symbol.asyncDispose]())

  describe.concurrent('while all others do theirs', () => {
    it.each(cases)('$title', ({ story, habits }) => story(new Client(panel, habits)))
  })

  it('and nothing is left in the end', async () => {
    await orderFaults(panel)
    await allOver(panel)

    expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse)
    expect(await operatorSees.objects(panel)).toEqual([])
  })
})
