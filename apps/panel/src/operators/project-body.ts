import { z } from 'zod'
import { choice, text, wholeNumber } from '../api/fields.ts'
import { validate } from '../api/validate.ts'
import { zones } from '../catalogue.ts'
import { type QuotaAmounts, quotaKinds } from '../records/quota-amounts.ts'

/** What operators decide of a project. */
export interface ProjectChange {
  readonly name?: string | undefined
  readonly defaultZone?: string | undefined
  /** What isn't given stays. */
  readonly quota?: { readonly [Kind in keyof QuotaAmounts]?: number | undefined } | undefined
}

export interface NewProject extends ProjectChange {
  readonly id: string
  readonly name: string
}

export interface NewToken {
  readonly name: string
  readonly isReadOnly: boolean
}

const amount = wholeNumber({ min: 0, max: 1_000_000_000 }).optional()

const changeShape = {
  name: text({ max: 100 }).optional(),
  defaultZone: choice(zones).optional(),
  quota: onlyKnown(Object.fromEntries(quotaKinds.map(kind => [kind, amount]))).optional(),
}

const change = onlyKnown(changeShape)

const creation = onlyKnown({
  ...changeShape,
  id: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'Must have 1 to 63 of a-z, 0-9 and -, with no - at its ends.',
    )
    .optional(),
}).refine(({ id, name }) => id !== undefined || name !== undefined, {
  path: ['name'],
  error: 'A project needs a name or an id.',
})

const token = onlyKnown({
  name: text({ max: 100 }),
  access: choice(['read', 'read-write']).default('read-write'),
})

const operatorToken = onlyKnown({ name: text({ max: 100 }) })

/** @throws {ValidationException} names the wrong fields */
export function parseNewProject(body: unknown, { newId }: { newId: () => string }): NewProject {
  const { id, name, ...decided } = validate(creation, body ?? {})
  const known = id ?? newId()
  return { ...decided, id: known, name: name ?? known }
}

/** @throws {ValidationException} names the wrong fields */
export function parseProjectChange(body: unknown): ProjectChange {
  return validate(change, body ?? {})
}

/** @throws {ValidationException} names the wrong fields */
export function parseNewToken(body: unknown): NewToken {
  const { name, access } = validate(token, body ?? {})
  return { name, isReadOnly: access === 'read' }
}

/** @throws {ValidationException} names the wrong fields */
export function parseNewOperatorToken(body: unknown): Pick<NewToken, 'name'> {
  return validate(operatorToken, body ?? {})
}

// Unlike customers' clients, operators are told of a field that would be ignored: a quota with a wrong name must not seem to be set.
export function onlyKnown<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `There is no field ${issue.keys.join(', ')} here: there are ${Object.keys(shape).join(', ') || 'none'}.`
        : undefined,
  })
}
