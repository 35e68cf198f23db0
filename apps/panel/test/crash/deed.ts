import { type Exception, NotFoundException } from 'evenkeel'
import { ConnectionRefusedException } from 'evenkeel/client'
import { CalledOffException, NotDoneException } from '../../src/actions/perform.ts'
import type { Chance } from './chance.ts'
import type { Customer, Reply } from './customer.ts'
import type { Finding } from './finding.ts'
import type { Ask, Model } from './model.ts'

export interface DeedOptions {
  readonly model: Model
  readonly customer: Customer
  readonly findings: Finding[]
  readonly chance: Chance
  /** Whether the panel has been told to end: what it acknowledges now, it may have admitted only. */
  readonly isEnding: () => boolean
}

/** One thing that a customer does; nothing, if there is nothing to do it with. */
export type Deed = (options: DeedOptions) => Promise<void>

/** Writes down what was answered, with the action that does it, or that was undone. */
export function settle(asked: Ask, reply: Reply): void {
  asked.answer = reply.kind
  if (reply.kind === 'acknowledged') asked.actionId = reply.actionId
  if (reply.kind === 'refused') asked.actionId = undoneActionOf(reply.exception)
}

function undoneActionOf(exception: Exception): string | undefined {
  if (exception instanceof NotDoneException) return exception.data.incident
  return exception instanceof CalledOffException ? exception.data.action : undefined
}

/** Somebody else was first, nobody listens, or the panel is ending. For nothing else is a deletion refused. */
export function mayRefuseDeletion(exception: Exception): boolean {
  return (
    exception instanceof NotFoundException ||
    exception instanceof ConnectionRefusedException ||
    exception.className === 'ActionsStoppingException'
  )
}
