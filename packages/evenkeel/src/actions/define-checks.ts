import type { AnyAction } from './action.ts'
import { type AnyStep, checkName, type PollBounds, versionOf } from './step.ts'

// The types refuse all of this. It is said again at run time to those who write JavaScript, and before anything is begun.

/** @throws {TypeError} the definition can't work: what is wrong with it and what to write instead */
export function checkStep<World>({ name, definition }: AnyStep<World>): void {
  checkName('step', name)
  const what = `step ${name}`
  checkVersion(what, definition.version)
  checkSchemas(what, definition)
  if (typeof definition.do !== 'function') throw new TypeError(`${what} has no function \`do\``)
  if (typeof definition.find !== 'function' && definition.idempotent !== true) {
    throw new TypeError(
      `${what} can't be found again when its answer is lost: give it \`find\`, or \`idempotent: true\` if it may be done any number of times, early or late`,
    )
  }
  if (definition.find !== undefined && definition.idempotent !== undefined)
    throw new TypeError(`${what} has \`find\` and \`idempotent\`: give it one of the two`)
  if (typeof definition.undo !== 'function' && definition.undo !== 'nothing')
    throw new TypeError(`${what} does not say how it is undone: give it a function \`undo\`, or 'nothing'`)
  checkCount(what, 'attempts', definition.attempts)
}

/** @throws {TypeError} its bounds can't work */
export function checkPoll(name: string, { everyMs, withinMs }: PollBounds): void {
  if (!(everyMs >= 0)) throw new TypeError(`poll ${name} has everyMs ${everyMs}: give it milliseconds`)
  if (!(withinMs > 0))
    throw new TypeError(`poll ${name} has withinMs ${withinMs}: say how long it may take, in milliseconds`)
}

/** @throws {TypeError} the definition can't work: what is wrong with it and what to write instead */
export function checkAction<World, Db>({ name, definition }: AnyAction<World, Db>): void {
  checkName('action', name)
  const what = `action ${name}`
  checkVersion(what, definition.version ?? Number.NaN)
  checkSchemas(what, definition)
  for (const part of ['locks', 'admit', 'run', 'onEnd'] as const) {
    if (typeof definition[part] !== 'function') throw new TypeError(`${what} has no function \`${part}\``)
  }
  if (definition.deadlineMs !== undefined && !(definition.deadlineMs > 0))
    throw new TypeError(`${what} has deadlineMs ${definition.deadlineMs}: give it more than 0 milliseconds`)
  if (definition.deadlineMs !== undefined && definition.queue === 'after-admission')
    throw new TypeError(
      `${what} is admitted at once (queue: 'after-admission') and can't be called off: take its deadlineMs away`,
    )
  checkSteps(what, definition.steps, definition.retired ?? [])
}

function checkSteps<World>(
  what: string,
  steps: readonly AnyStep<World>[],
  retired: readonly AnyStep<World>[],
): void {
  for (const [at, step] of [...steps, ...retired].entries()) {
    if (!isStep(step))
      throw new TypeError(
        `${what} lists something that is no step, at place ${at + 1} of its steps and retired ones: do two modules import each other?`,
      )
  }
  const names = new Set<string>()
  for (const { name } of steps) {
    if (names.has(name)) throw new TypeError(`${what} lists the step ${name} twice`)
    names.add(name)
  }
  const versions = new Set<string>()
  for (const step of [...steps, ...retired]) {
    const version = `${step.name} in version ${versionOf(step)}`
    if (versions.has(version))
      throw new TypeError(
        `${what} lists the step ${version} twice, counting its retired ones: count a version up`,
      )
    versions.add(version)
  }
}

/** Whether it is a step: in JavaScript, and where modules import each other, it may be anything. */
export function isStep(step: unknown): boolean {
  return typeof (step as { readonly definition?: unknown } | undefined)?.definition === 'object'
}

function checkVersion(what: string, version: number | undefined): void {
  if (version === undefined || (Number.isSafeInteger(version) && version >= 1)) return
  throw new TypeError(`${what} has version ${version}: versions are whole numbers from 1 on`)
}

function checkCount(what: string, option: string, count: number | undefined): void {
  if (count === undefined || (Number.isSafeInteger(count) && count >= 1)) return
  throw new TypeError(`${what} has ${option} ${count}: give it a whole number from 1 on`)
}

function checkSchemas(what: string, definition: { input: unknown; output: unknown }): void {
  for (const part of ['input', 'output'] as const) {
    const schema = definition[part] as { parse?: unknown } | undefined
    if (typeof schema?.parse !== 'function')
      throw new TypeError(
        `${what} has no schema \`${part}\`: give it something with a method parse, such as one of Zod's`,
      )
  }
}
