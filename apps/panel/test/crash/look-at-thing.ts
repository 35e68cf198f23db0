import { noteStatus } from './check-things.ts'
import type { DeedOptions } from './deed.ts'
import { finding } from './finding.ts'
import { isLoss, withThing } from './thing-asks.ts'
import { isShownChanging, labelOfThing, listOf, thingKinds } from './things.ts'

/** Looks at a thing whose creation may still be under way. */
export async function lookAtOne(options: DeedOptions): Promise<void> {
  const { customer, findings, chance } = options
  const kind = chance.oneOf(thingKinds.filter(kind => isShownChanging({ kind })))
  await withThing(options, kind, async thing => {
    const reply = await customer.ask(labelOfThing(thing), { path: `${listOf(thing)}/${thing.id}` })
    if (reply.kind === 'acknowledged') noteStatus(thing, (reply.body as { status: string }).status)
    if (reply.kind === 'refused' && isLoss(thing, reply.exception))
      findings.push(
        finding(labelOfThing(thing), `is lost: ${reply.exception.message}`, thing.asks[0].actionId),
      )
  })
}
