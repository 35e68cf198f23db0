import { useMutation } from '@tanstack/react-query'
import type { ActionView, ResidueView } from 'evenkeel/actions'
import { api } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { DueTime } from '../ui/due-time.tsx'
import { ElapsedTime } from '../ui/elapsed-time.tsx'
import { ExceptionName } from '../ui/exception-name.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { Section } from '../ui/section.tsx'

/** What an action has left over, and what an operator can do about it. On the page only while there is any. */
export function ActionResidue({ action }: { action: ActionView }) {
  return (
    <Section
      title="Residue"
      aside={
        <span className="text-muted">
          what could not be finished or cleaned up yet; customers neither see it nor pay for it
        </span>
      }
    >
      <ul aria-label="Residue" className="flex flex-col gap-2">
        {action.residue.map(residue => (
          <Residue key={residue.key} action={action} residue={residue} />
        ))}
      </ul>
    </Section>
  )
}

function Residue({ action, residue }: { action: ActionView; residue: ResidueView }) {
  const { path, object, sinceMs, attempts, lastException, nextTryMs, actor } = residue
  return (
    <li className="flex flex-col gap-1 rounded border border-bad/40 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold wrap-anywhere">{path}</h3>
        <span>
          left over for <ElapsedTime sinceMs={sinceMs} />,{' '}
          {attempts === 1 ? 'tried once' : `tried ${attempts} times`}; the {actor} tries again{' '}
          <DueTime atMs={nextTryMs} />
        </span>
      </div>
      <p className="wrap-anywhere">
        {object === undefined ? (
          <span className="text-muted">Which object it is nobody knows yet.</span>
        ) : (
          <>
            <span className="text-muted">Object</span> <Copy noun="object" text={object} />
          </>
        )}
      </p>
      <p className="flex flex-wrap items-baseline gap-x-2 wrap-anywhere">
        <ExceptionName {...lastException} />
        <span>{lastException.message}</span>
      </p>
      <Deeds action={action} residue={residue} />
    </li>
  )
}

function Deeds({ action, residue: { path, object } }: { action: ActionView; residue: ResidueView }) {
  // What comes of it is told by the action's own stream.
  const retry = useMutation({ mutationFn: () => api.retryStep(action.id, path) })
  const waiting = action.steps.filter(({ state }) => state === 'deferred').map(step => step.path)
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2">
      <Button aria-label={`Try now: ${path}`} onPress={() => retry.mutate()} isDisabled={retry.isPending}>
        {retry.isPending ? 'Asking …' : 'Try now'}
      </Button>
      <ReasonDialog
        open="Forget…"
        openLabel={`Forget… ${path}`}
        title={`Forget what is left over of ${path}?`}
        confirm="Forget it"
        onConfirm={reason => api.forgetStep(action.id, path, reason)}
      >
        <p>
          Nobody tries it any more. {object === undefined ? 'What it left' : <code>{object}</code>} stays
          where it is unless you have removed it yourself. This can not be taken back.
        </p>
        {waiting.length > 0 && (
          <p className="font-semibold text-warn">
            {waiting.join(', ')} waited for it to be gone, and {waiting.length === 1 ? 'is' : 'are'} undone as
            soon as nothing else is left over: what is still there must not use it.
          </p>
        )}
        <p className="text-muted">Your name and the reason are kept with the action.</p>
      </ReasonDialog>
      {retry.error !== null && (
        <p role="alert" className="text-bad">
          {retry.error.message}
        </p>
      )}
    </div>
  )
}
