import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Finding } from '../../../src/findings/findings-source.ts'
import { api } from '../api/client.ts'
import { Badge } from '../ui/badge.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Copy } from '../ui/copy.tsx'
import { DueTime } from '../ui/due-time.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { findingEnds, findingKinds, kindInWords, objectOf } from './finding-words.ts'

/** One finding: what differs, what was done about it, and what an operator can do. */
export function FindingItem({ finding }: { finding: Finding }) {
  const { kind, objectKind, objectName, field, what, state, firstSeenAtMs } = finding
  return (
    <li className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2 rounded border px-4 py-3">
      <div className="flex min-w-0 flex-[1_1_24rem] flex-col gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={findingKinds[kind].tone}>{findingKinds[kind].word}</Badge>
          <h3 className="font-semibold wrap-anywhere">
            {kindInWords(objectKind)} {objectName}
          </h3>
          {field !== '' && <span>{field}</span>}
          <span className="text-muted">
            found <RelativeTime atMs={firstSeenAtMs} />
          </span>
          {state === 'repairing' && (
            <Badge tone="accent" isOpen>
              being repaired
            </Badge>
          )}
        </div>
        <p className="wrap-anywhere">{what}</p>
        <Names finding={finding} />
        <Course finding={finding} />
      </div>
      {state === 'open' && <Deeds finding={finding} />}
    </li>
  )
}

/** What the object is called where. */
function Names({ finding: { projectId, objectUuid, cloudId } }: { finding: Finding }) {
  return (
    <p className="flex flex-wrap items-center gap-x-5 wrap-anywhere">
      {projectId !== null && (
        <span>
          <span className="text-muted">Project</span> {projectId}
        </span>
      )}
      {objectUuid !== null && (
        <span>
          <span className="text-muted">In the records</span> <Copy noun="uuid" text={objectUuid} />
        </span>
      )}
      {cloudId !== null && (
        <span>
          <span className="text-muted">At the cloud</span> <Copy noun="cloud id" text={cloudId} />
        </span>
      )}
    </p>
  )
}

/** What was done about it so far. */
function Course({ finding }: { finding: Finding }) {
  const { state, attempts, lastReason, nextTryAtMs, actionId } = finding
  return (
    <>
      {state === 'open' && lastReason !== null && (
        <p className="wrap-anywhere text-warn">
          {attempts === 1 ? 'A repair was' : `${attempts} repairs were`} tried and rolled back: {lastReason}
        </p>
      )}
      <p className="flex flex-wrap items-center gap-x-3 empty:hidden">
        {state === 'open' && attempts > 0 && (
          <span>
            {nextTryAtMs === null ? (
              'Not tried again by itself'
            ) : (
              <>
                Tried again by itself <DueTime atMs={nextTryAtMs} />
              </>
            )}
          </span>
        )}
        {state === 'repairing' && attempts > 1 && <span>Attempt {attempts}</span>}
        <Settled finding={finding} />
        {actionId !== null && (
          <Link to="/actions/$id" params={{ id: actionId }} aria-label={`Open the action ${actionId}`}>
            Open the action
          </Link>
        )}
      </p>
    </>
  )
}

function Settled({ finding: { state, settledAtMs, dismissedBy, dismissedReason } }: { finding: Finding }) {
  if (settledAtMs === null) return null
  return (
    <span className="wrap-anywhere">
      {findingEnds[state]}
      {dismissedBy !== null && ` by ${dismissedBy}`} <RelativeTime atMs={settledAtMs} />
      {dismissedReason !== null && `: ${dismissedReason}`}
    </span>
  )
}

function Deeds({ finding }: { finding: Finding }) {
  const { id, remedies } = finding
  const queries = useQueryClient()
  const thenReread = async (deed: Promise<unknown>) => {
    await deed
    await queries.invalidateQueries({ queryKey: ['findings'] })
  }
  const object = objectOf(finding)
  return (
    <div className="flex flex-wrap items-center gap-2">
      {remedies.map(({ name, label, consequence }) => (
        <ConfirmDialog
          key={name}
          open={`${label}…`}
          openLabel={`${label}… ${object}`}
          title={`${label}: ${object}?`}
          confirm={label}
          onConfirm={() => thenReread(api.remedyFinding(id, name))}
        >
          <p>{consequence}</p>
          <p className="text-muted">Your name is kept with the action, which you can follow.</p>
        </ConfirmDialog>
      ))}
      <ReasonDialog
        open="Dismiss…"
        openLabel={`Dismiss… ${object}`}
        title={`Dismiss what was found of ${object}?`}
        confirm="Dismiss it"
        onConfirm={reason => thenReread(api.dismissFinding(id, reason))}
      >
        <p>
          It stays as it is, and is not shown again for as long as it stays exactly so. Nothing repairs it by
          itself. This can not be taken back.
        </p>
        <p className="text-muted">Your name and the reason are kept with it.</p>
      </ReasonDialog>
    </div>
  )
}
