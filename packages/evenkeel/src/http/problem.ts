import type { Category, Json, PublicData, RetrySafety } from '../exceptions/exception.ts'
import { isCategory, isPublicData, type WireException } from '../exceptions/wire.ts'
import { isClassName } from './identity-headers.ts'

/** The media type of problem details (RFC 9457). */
export const problemMediaType = 'application/problem+json'

/** An exception as problem details: the members of RFC 9457, and what rebuilds the same class. */
export interface Problem {
  /** `urn:evenkeel:<service>:<Class>` */
  readonly type: string
  /** The class. */
  readonly title: string
  readonly status: number
  /** The public message. */
  readonly detail: string
  readonly category: Category
  readonly txId: string | undefined
  readonly data: PublicData
  readonly retry: RetrySafety
  readonly retryAfterMs: number | undefined
  readonly ancestors: readonly string[]
}

/** The problem details of what travels of an exception. */
export function toProblem(wire: WireException, status: number): Problem {
  return {
    type: wire.type,
    title: classNameOf(wire.type),
    status,
    detail: wire.message,
    category: wire.category,
    txId: wire.txId,
    data: wire.data,
    retry: wire.retry,
    retryAfterMs: wire.retryAfterMs,
    ancestors: wire.ancestors,
  }
}

/**
 * The problem details as text. What is the same for all exceptions of a class is written once: a service under attack
 * answers little else.
 */
export function problemText(wire: WireException, status: number): string {
  const { head, tail } = frameOf(wire, status)
  const { message, category, txId, data, retry, retryAfterMs } = wire
  const txMember = txId === undefined ? '' : `,"txId":${JSON.stringify(txId)}`
  const waitMember = retryAfterMs === undefined ? '' : `,"retryAfterMs":${JSON.stringify(retryAfterMs)}`
  return `${head}${JSON.stringify(message)},"category":"${category}"${txMember},"data":${JSON.stringify(data)},"retry":"${retry}"${waitMember}${tail}`
}

/** What stands around the members that are an exception's own. */
interface Frame {
  readonly type: string
  readonly status: number
  readonly head: string
  readonly tail: string
}

/** By the list of ancestors, which is the same for all exceptions of a class. */
const frames = new WeakMap<readonly string[], Frame>()

function frameOf({ type, ancestors }: WireException, status: number): Frame {
  let frame = frames.get(ancestors)
  if (frame === undefined || frame.type !== type || frame.status !== status) {
    const title = classNameOf(type)
    const head = `{"type":${JSON.stringify(type)},"title":${JSON.stringify(title)},"status":${status},"detail":`
    frame = { type, status, head, tail: `,"ancestors":${JSON.stringify(ancestors)}}` }
    frames.set(ancestors, frame)
  }
  return frame
}

/**
 * What travelled of an exception, or undefined if the body holds no exception of ours. Never throws,
 * whatever the bytes; what is missing or wrong beside type and category is filled in harmlessly.
 */
export function parseProblem(body: Uint8Array | string): WireException | undefined {
  const problem = parseJson(typeof body === 'string' ? body : new TextDecoder().decode(body))
  if (!isPublicData(problem)) return undefined
  const { type, detail, category, txId, data, retry, retryAfterMs, ancestors } = problem
  if (!isTypeUrn(type) || !isCategory(category)) return undefined
  return {
    type,
    category,
    message: typeof detail === 'string' ? detail : classNameOf(type),
    data: isPublicData(data) ? data : {},
    retry: isRetrySafety(retry) ? retry : 'unknown',
    retryAfterMs: isDuration(retryAfterMs) ? retryAfterMs : undefined,
    txId: typeof txId === 'string' ? txId : undefined,
    ancestors: Array.isArray(ancestors) ? ancestors.filter(isClassName) : [],
  }
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // any other server's error page is no exception of ours
  }
}

function classNameOf(type: string): string {
  return type.slice(type.lastIndexOf(':') + 1)
}

function isTypeUrn(value: Json | undefined): value is string {
  return (
    typeof value === 'string' && /^urn:evenkeel:[^:]+:[^:]+$/.test(value) && isClassName(classNameOf(value))
  )
}

function isRetrySafety(value: Json | undefined): value is RetrySafety {
  return value === 'safe' || value === 'unsafe' || value === 'unknown'
}

function isDuration(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
