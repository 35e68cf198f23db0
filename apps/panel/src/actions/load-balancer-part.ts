import type { Action, Step } from 'evenkeel/actions'
import { z } from 'zod'
import type { LoadBalancerPart, PartSettings } from '../cloud/load-balancers.ts'
import { requireSettled } from '../records/busy.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { type Labels, labelChanges } from '../records/labels.ts'
import { cloudPartIdOf, type LoadBalancerPartRecord } from '../records/load-balancer-parts.ts'
import {
  cloudLoadBalancerIdOf,
  type LoadBalancerRecord,
  loadBalancerRecords,
} from '../records/load-balancers.ts'
import type { Owned } from '../records/owned.ts'
import type { Db } from '../records/tables.ts'
import { type About, action, changeOf, type PanelWorld } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { Part } from './steps/load-balancer-part.ts'
import type { Target } from './target.ts'

// The actions on everything that load balancers are put together from. They hold the load balancer, which the cloud changes one
// thing at a time about: whoever asks for several at once sees them done one after the other.

export type PartAction<Request, Input, Output> = Action<Request, Input, Output, PanelWorld, Db>

/** What a creation decides in its admission. */
export interface PlannedPart<R extends LoadBalancerPartRecord> {
  readonly loadBalancer: LoadBalancerRecord
  readonly record: Omit<R, 'loadBalancerUuid' | 'cloudPartId' | 'deletedAt' | 'change'>
  readonly part: LoadBalancerPart
}

type MakeStep = Step<{ loadBalancerId: string; part: LoadBalancerPart }, { id: string }, PanelWorld>

export interface PartCreationOptions<Request, R extends LoadBalancerPartRecord> {
  readonly records: Owned<R>
  readonly make: MakeStep
  /** The uuid of the load balancer; undefined if what it is asked to be of isn't there. */
  loadBalancerOf(request: Request, db: Db): Promise<string | undefined>
  /** Judges the request, with the load balancer held. @throws {ValidationException} it can't be */
  plan(request: Request, db: Db): Promise<PlannedPart<R>>
}

/** The creation of a kind of part: it ends with it, or without it and a reason. */
export function partCreation<Request extends Target, R extends LoadBalancerPartRecord>({
  records,
  make,
  loadBalancerOf,
  plan,
}: PartCreationOptions<Request, R>) {
  return action(`${records.kind}.create`, {
    version: 1,
    input: z.object({ uuid: z.string(), loadBalancerId: z.string(), part: Part }),
    output: z.object({ id: z.string() }),
    steps: [make],
    creates: records,
    about: (request: Request, db) => aboutPart(records, request, db, 'create', 'has been created'),
    locks: async (request: Request, db: Db) => locksOf(records, request, await loadBalancerOf(request, db)),

    async admit(request: Request, db: Db, context) {
      const { loadBalancer, record, part } = await plan(request, db)
      await requireSettled(db, loadBalancerRecords, loadBalancer)
      const made = {
        ...record,
        loadBalancerUuid: loadBalancer.uuid,
        cloudPartId: null,
        deletedAt: null,
        change: changeOf('being created', context),
      }
      // All that is left out in a plan, which types don't tell of a record of any kind.
      await records.insert(db, made as unknown as R)
      return { uuid: request.uuid, loadBalancerId: cloudLoadBalancerIdOf(loadBalancer), part }
    },

    run: ({ loadBalancerId, part }, { step }) => step(make, { loadBalancerId, part }),

    async onEnd(end, { uuid }, db) {
      if (end.kind !== 'succeeded' || end.output === undefined) return
      await records.update(db, uuid, { cloudPartId: end.output.id, change: null } as Partial<R>)
    },
  })
}

/** What isn't given stays. */
export type Given<Settings> = { readonly [Name in keyof Settings]?: Settings[Name] | undefined }

/** The settings with what is given of others. */
export function withGiven<Settings extends object>(settings: Settings, given: Given<Settings>): Settings {
  const values = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...settings, ...Object.fromEntries(values) }
}

/** What is to be otherwise with a part. */
export interface ChangePartRequest<Wanted> extends Target {
  readonly settings: Wanted
  /** What is changed along with that, if it can be done. */
  readonly labels: Labels
}

type SetStep<Settings> = Step<
  { id: string; settings: Settings; settingsBefore: Settings },
  { id: string },
  PanelWorld
>

export interface PartChangeOptions<R extends LoadBalancerPartRecord, Settings extends PartSettings, Wanted> {
  readonly records: Owned<R>
  readonly schema: z.ZodType<Settings>
  readonly set: SetStep<Settings>
  /** What is wanted makes of a record's settings, with the load balancer held. @throws {ValidationException} it can't be so */
  settingsFor(wanted: Wanted, record: R, db: Db): Promise<Settings>
}

/** The change of a kind of part: it ends with all that was asked for, or as before and with a reason. */
export function partChange<
  R extends LoadBalancerPartRecord & Settings,
  Settings extends PartSettings,
  Wanted = Given<Settings>,
>({ records, schema, set, settingsFor }: PartChangeOptions<R, Settings, Wanted>) {
  return action(`${records.kind}.change`, {
    version: 1,
    input: z.object({
      uuid: z.string(),
      id: z.string(),
      settings: schema,
      settingsBefore: schema,
      labels: z.object({
        name: z.string().optional(),
        tags: z.record(z.string(), z.string()).optional(),
      }),
    }),
    output: z.null(),
    steps: [set],

    async about(request: ChangePartRequest<Wanted>, db) {
      const record = await records.findAny(db, request.uuid)
      const done = ['has been changed', ...labelChanges({ ...(record as Labels) }, request.labels)]
      return aboutPart(records, request, db, 'update', done.join(' and '))
    },

    locks: (request: ChangePartRequest<Wanted>, db: Db) => locksOfRecorded(records, request, db),

    async admit(request: ChangePartRequest<Wanted>, db: Db, context) {
      const { projectId, uuid, labels } = request
      const record = await records.require(db, projectId, uuid, context.nowMs)
      await requireSettled(db, records, record)
      const settings = schema.parse(await settingsFor(request.settings, record, db))
      const settingsBefore = schema.parse(record)
      const isSo = JSON.stringify(settings) === JSON.stringify(settingsBefore)
      refuseIfAlready(isSo, `${records.label} '${records.nameOf(record)}'`, 'as it was asked to be')
      await records.update(db, uuid, { change: changeOf('being changed', context) } as Partial<R>)
      const { name, tags } = labels
      return {
        uuid,
        id: cloudPartIdOf(records, record),
        settings,
        settingsBefore,
        labels: { ...(name !== undefined && { name }), ...(tags !== undefined && { tags: { ...tags } }) },
      }
    },

    async run({ id, settings, settingsBefore }, { step }) {
      await step(set, { id, settings, settingsBefore })
      return null
    },

    async onEnd({ kind }, { uuid, settings, labels }, db) {
      const changes = kind === 'succeeded' ? { ...settings, ...labels } : {}
      await records.update(db, uuid, { ...changes, change: null } as unknown as Partial<R>)
    },
  })
}

export interface PartDeletionOptions<R extends LoadBalancerPartRecord> {
  readonly records: Owned<R>
  readonly remove: Step<{ uuid: string }, null, PanelWorld>
  /** Judges the deletion, and marks deleted what goes with it. @default nothing */
  admit?(record: R, db: Db, deletedAt: string): Promise<void>
}

/** The deletion of a kind of part: admitted at once, and done when the load balancer is free for it. */
export function partDeletion<R extends LoadBalancerPartRecord>({
  records,
  remove,
  admit,
}: PartDeletionOptions<R>) {
  return action(`${records.kind}.delete`, {
    version: 1,
    input: z.object({ uuid: z.string() }),
    output: z.null(),
    steps: [remove],
    queue: 'after-admission',
    about: (target: Target, db) => aboutPart(records, target, db, 'delete', 'has been deleted'),
    locks: (target: Target, db: Db) => locksOfRecorded(records, target, db),

    async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
      const record = await records.require(db, projectId, uuid, nowMs)
      const deletedAt = newCreatedAt(nowMs)
      await admit?.(record, db, deletedAt)
      await records.markDeleted(db, uuid, deletedAt)
      return { uuid }
    },

    removes: ({ uuid }) => [`${records.kind}:${uuid}`],
    run: ({ uuid }, { step }) => step.pivot('deletion', [[remove, { uuid }]]),

    onEnd: async () => {},
  })
}

async function locksOfRecorded<R extends LoadBalancerPartRecord>(
  records: Owned<R>,
  target: Target,
  db: Db,
): Promise<readonly string[]> {
  return locksOf(records, target, (await records.findAny(db, target.uuid))?.loadBalancerUuid)
}

function locksOf<R extends LoadBalancerPartRecord>(
  { kind }: Owned<R>,
  { uuid }: Target,
  loadBalancerUuid: string | undefined,
): readonly string[] {
  const own = `${kind}:${uuid}`
  return loadBalancerUuid === undefined ? [own] : [own, `load-balancer:${loadBalancerUuid}`]
}

async function aboutPart<R extends LoadBalancerPartRecord>(
  records: Owned<R>,
  { projectId, uuid }: Target,
  db: Db,
  verb: 'create' | 'update' | 'delete',
  done: string,
): Promise<About> {
  const { kind, label } = records
  const record = await records.findAny(db, uuid)
  const name = record === undefined ? uuid : records.nameOf(record)
  const log = { action: `${kind.replaceAll('-', '_')}_${verb}`, message: `${label} '${name}' ${done}` }
  return { projectId, kind, uuid, name, log }
}
