import { expect, it } from 'vitest'
import { planner } from './query-plans.fixture.ts'
import { serversToResume, serversToSuspend } from './suspended-servers.ts'

it('what is out of place is found by what is suspended, whatever the number of servers: it is asked after commits', async () => {
  await using plans = await planner()

  await serversToSuspend(plans.asked)
  await serversToResume(plans.asked)

  for (const step of plans.steps()) expect(step).not.toMatch(/^SCAN servers/)
})
