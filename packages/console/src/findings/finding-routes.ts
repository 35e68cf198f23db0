import { activeTx } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../records/parse-or-refuse.ts'
import { bodyOf, reasonField } from '../records/reason-field.ts'
import { pageFields } from '../records/transactions-query.ts'
import { FindingNotOpenException, NoSuchFindingException, NoSuchRemedyException } from './exceptions.ts'
import { type Comparison, type Finding, type FindingsSource, findingStates } from './findings-source.ts'

/** Some findings, newest first. */
export interface FindingsPage {
  readonly findings: readonly Finding[]
  /** Asks for the next page; undefined if this is the last one. */
  readonly before: number | undefined
}

/** How the comparing of records and cloud is doing. */
export interface Comparing {
  /** Since when it is under way, in milliseconds since 1970; undefined while it isn't. */
  readonly runningSinceMs: number | undefined
  /** The last ones that have ended, newest first. */
  readonly runs: readonly Comparison[]
}

export interface FindingRoutesOptions {
  findings: FindingsSource
  /** What the operator is called whose request it is. */
  nameOf: (request: FastifyRequest) => string
}

const runsShown = 20

/** Adds what operators see of where records and cloud differ, and what they do about it. */
export function addFindingRoutes(
  scope: FastifyInstance,
  { findings: source, nameOf }: FindingRoutesOptions,
): void {
  scope.get('/findings', async (request): Promise<FindingsPage> => {
    const { state, before, limit = 50 } = parseOrRefuse(Query, request.query)
    const findings = await source.list({ states: state && statesOf[state], before, limit })
    return { findings, before: findings.length < limit ? undefined : findings.at(-1)?.id }
  })

  scope.get<ById>('/findings/:id', async ({ params }) => findingOf(params.id))

  scope.post<{ Params: { id: string; remedy: string } }>(
    '/findings/:id/remedies/:remedy',
    async (request, reply) => {
      const { id, remedy } = request.params
      const finding = await findingOf(id)
      if (finding.state !== 'open') throw notOpen(finding)
      if (!finding.remedies.some(({ name }) => name === remedy))
        throw new NoSuchRemedyException(finding, remedy)
      const { actionId } = await source.remedy(finding.id, remedy, nameOf(request))
      return reply.code(202).send({ actionId })
    },
  )

  scope.post<ById>('/findings/:id/dismiss', async request => {
    const { reason } = parseOrRefuse(Dismiss, request.body)
    const { id } = await findingOf(request.params.id)
    const isDismissed = await source.dismiss(id, { by: nameOf(request), reason })
    const finding = await findingOf(request.params.id)
    if (!isDismissed) throw notOpen(finding)
    return finding
  })

  scope.get('/reconciler', comparing)

  scope.post('/reconciler/run', async (_request, reply) => {
    source.compare()
    return reply.code(202).send(await comparing())
  })

  async function comparing(): Promise<Comparing> {
    return { runs: await source.comparisons(runsShown), runningSinceMs: source.comparingSinceMs }
  }

  /** The finding, which becomes what the transaction is about: so the log finds all that was done about it. */
  async function findingOf(text: string): Promise<Finding> {
    const finding = /^[1-9]\d{0,14}$/.test(text) ? await source.find(Number(text)) : undefined
    if (finding === undefined) throw new NoSuchFindingException(text)
    const tx = activeTx()
    if (tx !== undefined) tx.resource = `finding:${text}`
    return finding
  }
}

interface ById {
  Params: { id: string }
}

function notOpen(finding: Finding): FindingNotOpenException {
  return new FindingNotOpenException(finding)
}

/** Which states a word asks for. */
const statesOf = {
  unsettled: ['open', 'repairing'],
  open: ['open'],
  repairing: ['repairing'],
  repaired: ['repaired'],
  dismissed: ['dismissed'],
  passed: ['passed'],
} as const satisfies Record<Finding['state'] | 'unsettled', readonly Finding['state'][]>

const beforeRule = 'must be the id of the last finding of the page before.'

const Query = z.strictObject({
  limit: pageFields.limit,
  before: z.coerce.number({ error: beforeRule }).int(beforeRule).min(1, beforeRule).exactOptional(),
  state: z
    .enum(['unsettled', ...findingStates], {
      error: `must be unsettled (open or repairing), ${findingStates.join(', ')}.`,
    })
    .exactOptional(),
})

const Dismiss = z.strictObject({ reason: reasonField }, bodyOf('the field "reason"'))
