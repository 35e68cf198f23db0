import type { ActionView } from 'evenkeel/actions'
import { api } from '../api/client.ts'
import { ReasonDialog } from '../ui/reason-dialog.tsx'

/** Calls an action off. On the page only while it can be. */
export function CancelAction({ action: { id, name, stepsDone } }: { action: ActionView }) {
  return (
    <ReasonDialog
      open="Cancel…"
      title={`Cancel ${name}?`}
      confirm="Cancel the action"
      onConfirm={reason => api.cancelAction(id, reason)}
    >
      <p>
        It is rolled back: {stepsDone === 1 ? 'the step that is' : `the ${stepsDone} steps that are`} done by
        now and what is under way are undone, newest first. It can not be taken up again, only begun anew.
      </p>
      <p className="font-semibold text-warn">Whoever asked for it is told the reason.</p>
    </ReasonDialog>
  )
}
