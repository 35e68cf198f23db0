import { ConflictException, NotFoundException, type TxId } from 'evenkeel'
import type { ActionView } from 'evenkeel/actions'

/** An operator asked for an action that the journal doesn't know. */
export class NoSuchActionException extends NotFoundException {
  constructor(id: TxId) {
    super(`No action ${id} is known here. Its journal may have been pruned.`, { data: { id } })
  }
}

/** An operator named a step that the action never began. */
export class NoSuchStepException extends NotFoundException {
  constructor({ id, steps }: ActionView, path: string) {
    const begun = steps.length === 0 ? 'none yet' : steps.map(step => step.path).join(', ')
    super(`Action ${id} has no step "${path}". It has begun: ${begun}.`, { data: { id, path } })
  }
}

/** What an operator would have had tried, or forgotten, isn't left over any more, or never was. */
export class NothingLeftOverException extends ConflictException {
  constructor({ id }: ActionView, path: string) {
    super(
      `Nothing is left over of step "${path}" of action ${id}: it may just have been cleaned up. Look at the action again.`,
      { data: { id, path } },
    )
  }
}

/** An operator would call off an action that can't be, or can't be any more. */
export class ActionNotCancellableException extends ConflictException {
  constructor(action: ActionView) {
    super(`Action ${action.id} (${action.name}) can't be cancelled: ${whyNot[action.state]}.`, {
      data: { id: action.id, state: action.state },
    })
  }
}

/** The actions that the console was given can be looked at, and no more. */
export class DeedNotOfferedException extends NotFoundException {
  constructor(deed: string) {
    super(
      `The actions of this server can be looked at, and not ${deed}. Whoever runs it gives \`mountConsole\` actions that can.`,
      { data: { deed } },
    )
  }
}

const whyNot: Record<ActionView['state'], string> = {
  waiting: 'it was admitted at once, and whoever asked for it was told that it is done',
  running: 'it is called off already, or was admitted at once and goes on to its end',
  'past-pivot': 'it is past its pivot, and from there it only goes forward',
  'rolling-back': 'it is being rolled back already',
  ending: 'its end is decided already',
  succeeded: 'it has succeeded',
  'rolled-back': 'it was rolled back',
}
