import { ConflictException, NotFoundException } from 'evenkeel'
import type { Finding } from './findings-source.ts'

/** An operator asked for a finding that isn't known. */
export class NoSuchFindingException extends NotFoundException {
  constructor(id: string) {
    super(`No finding ${id} is known here. What was settled is forgotten after a while.`, { data: { id } })
  }
}

/** An operator asked for a remedy that the finding doesn't offer. */
export class NoSuchRemedyException extends NotFoundException {
  constructor({ id, remedies }: Finding, remedy: string) {
    const offered = remedies.map(({ name }) => name).join(', ')
    super(
      `Finding ${id} can't be remedied by "${remedy}". ${offered === '' ? 'It has no remedy: see to it at the cloud, or dismiss it.' : `Its remedies: ${offered}.`}`,
      { data: { id, remedy } },
    )
  }
}

/** An operator would do something about a finding that is seen to already. */
export class FindingNotOpenException extends ConflictException {
  constructor({ id, state, actionId }: Finding) {
    super(`Nothing needs to be done about finding ${id}: ${whyNot(state, actionId)}.`, {
      data: { id, state },
    })
  }
}

function whyNot(state: Finding['state'], actionId: string | null): string {
  switch (state) {
    case 'repairing':
      return `action ${actionId} is repairing it`
    case 'repaired':
      return `action ${actionId} has repaired it`
    case 'dismissed':
      return 'it was dismissed'
    case 'passed':
      return 'it was gone when it was looked for again'
    case 'open':
      return 'it changed a moment ago. Look at it again'
  }
}
