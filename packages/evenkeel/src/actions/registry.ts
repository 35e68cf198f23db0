import type { AnyAction } from './action.ts'
import { type AnyStep, versionOf } from './step.ts'

/** The code of a step, if there is exactly one. */
export interface StepCode<World> {
  readonly code: AnyStep<World> | undefined
  /** There are several to choose from, and none is better than the others. */
  readonly isAmbiguous: boolean
}

/** The actions that an engine was opened with, in all their versions, and the steps that are in them. */
export class ActionRegistry<World, Db> {
  readonly #versions = new Map<string, AnyAction<World, Db>[]>()
  readonly #steps = new Map<string, AnyStep<World>[]>()

  /** @throws {TypeError} two actions have the same name and version */
  constructor(actions: readonly AnyAction<World, Db>[]) {
    for (const action of actions) {
      const versions = this.#versions.get(action.name) ?? []
      if (versions.some(({ definition }) => definition.version === action.definition.version))
        throw new TypeError(`two actions are ${action.name} in version ${action.definition.version}`)
      this.#versions.set(action.name, [...versions, action].sort(newestFirst))
      for (const step of stepsOf(action)) this.#add(step)
    }
  }

  /** The newest version: the one that is started. */
  newest(name: string): AnyAction<World, Db> | undefined {
    return this.#versions.get(name)?.[0]
  }

  /** The code of an action in this version or, if it isn't there, in the newest. */
  codeFor(name: string, version: number): AnyAction<World, Db> | undefined {
    const versions = this.#versions.get(name) ?? []
    return versions.find(({ definition }) => definition.version === version) ?? versions[0]
  }

  /** The versions in which an action is there, newest first. */
  versionsOf(name: string): readonly number[] {
    return (this.#versions.get(name) ?? []).map(({ definition }) => definition.version)
  }

  /** The code of a step that an action has begun: its own, or else one of all others'. */
  stepFor(action: AnyAction<World, Db>, name: string, version: number): StepCode<World> {
    const own = stepsOf(action).find(step => step.name === name && versionOf(step) === version)
    if (own !== undefined) return { code: own, isAmbiguous: false }
    const others = this.#steps.get(keyOf(name, version)) ?? []
    return { code: others.length === 1 ? others[0] : undefined, isAmbiguous: others.length > 1 }
  }

  #add(step: AnyStep<World>): void {
    const key = keyOf(step.name, versionOf(step))
    const known = this.#steps.get(key) ?? []
    if (!known.includes(step)) this.#steps.set(key, [...known, step])
  }
}

function stepsOf<World, Db>({ definition }: AnyAction<World, Db>): readonly AnyStep<World>[] {
  return [...definition.steps, ...(definition.retired ?? [])]
}

function newestFirst<World, Db>(a: AnyAction<World, Db>, b: AnyAction<World, Db>): number {
  return b.definition.version - a.definition.version
}

function keyOf(name: string, version: number): string {
  return `${name} ${version}`
}
