import { z } from 'zod'
import {
  type CreateMonitorRequest,
  defaultHttpCheck,
  isByHttp,
  refuseHttp,
  type WantedMonitorSettings,
} from '../actions/load-balancer-monitor.ts'
import { type ChangePartRequest, withGiven } from '../actions/load-balancer-part.ts'
import type { Target } from '../actions/target.ts'
import { type HttpCheck, monitorTypes } from '../cloud/load-balancers.ts'
import { expected, hostName, text, uuid, wholeNumber } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

const methods = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'] as const
const versions = ['1.0', '1.1'] as const

const expectedCodes = z
  .array(z.string())
  .min(1, 'At least one code must be given.')
  .max(50, 'At most 50 codes can be given.')
  .refine(
    codes => codes.every(isCode) || (codes.length === 1 && isRange(codes[0] ?? '')),
    'Must be HTTP status codes such as "200", or one range such as "200-204".',
  )

const httpField = z.object({
  expected_codes: expectedCodes.optional(),
  method: expected('method', methods).optional(),
  url_path: text()
    .regex(/^\/\S*$/, 'Must begin with / and have no spaces.')
    .optional(),
  version: expected('version', versions).optional(),
  host: hostName.optional(),
})

/** In seconds: an hour at most. */
const seconds = wholeNumber({ min: 1, max: 3_600 })
const threshold = wholeNumber({ min: 1, max: 10 })

export const createMonitorBody = z.object({
  pool: uuid,
  type: expected('type', monitorTypes),
  delay_s: seconds.default(2),
  timeout_s: seconds.default(1),
  up_threshold: threshold.default(2),
  down_threshold: threshold.default(3),
  http: httpField.optional(),
  tags: tagsField.default({}),
})

export const patchMonitorBody = z.object({
  delay_s: seconds.optional(),
  timeout_s: seconds.optional(),
  up_threshold: threshold.optional(),
  down_threshold: threshold.optional(),
  http: httpField.optional(),
  tags: tagsField.optional(),
})

/**
 * The health monitor that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateMonitor(
  value: unknown,
  { newUuid, projectId, createdAt }: NewObjectContext,
): CreateMonitorRequest {
  const { pool: poolUuid, type, http, tags, ...body } = validate(createMonitorBody, value)
  if (http !== undefined && !isByHttp(type)) refuseHttp({ type })
  return {
    uuid: newUuid(),
    projectId,
    poolUuid,
    type,
    delayS: body.delay_s,
    timeoutS: body.timeout_s,
    upThreshold: body.up_threshold,
    downThreshold: body.down_threshold,
    http: isByHttp(type) ? withGiven<HttpCheck>(defaultHttpCheck, checkOf(http ?? {})) : null,
    tags,
    createdAt,
  }
}

/**
 * What a request's body changes about a health monitor: of `http` what it names, where `null` takes the host away.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchMonitor(
  value: unknown,
): Omit<ChangePartRequest<WantedMonitorSettings>, keyof Target> {
  const { http, tags, ...body } = validate(patchMonitorBody, value)
  return {
    settings: {
      delayS: body.delay_s,
      timeoutS: body.timeout_s,
      upThreshold: body.up_threshold,
      downThreshold: body.down_threshold,
      http: http && { ...checkOf(http), ...(takesHostAway(value) && { host: null }) },
    },
    labels: { tags },
  }
}

function checkOf(http: z.output<typeof httpField>) {
  return {
    expectedCodes: http.expected_codes,
    method: http.method,
    urlPath: http.url_path,
    version: http.version,
    host: http.host,
  }
}

// Before null is taken for "not given", as it is everywhere else.
function takesHostAway(value: unknown): boolean {
  const { http } = { ...(value as { http?: { host?: unknown } }) }
  return http?.host === null
}

function isCode(text: string): boolean {
  return /^[1-5]\d\d$/.test(text)
}

function isRange(text: string): boolean {
  const [first = '', last = '', ...more] = text.split('-')
  return more.length === 0 && isCode(first) && isCode(last) && Number(first) <= Number(last)
}
