import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import { cloudInWords } from './cloud-in-words.ts'
import { type Finding, finding } from './finding.ts'
import type { Seen } from './seen.ts'
import { shownInWords } from './shown-in-words.ts'

/**
 * In the cloud is what the owner sees, in the state that the owner sees it in, and nothing else. Each object is put into
 * words on both sides, in the same ones if they agree.
 */
export function checkAgreement(seen: Seen, objects: readonly CloudObject[]): readonly Finding[] {
  const shown = shownInWords(seen)
  const inCloud = cloudInWords(objects)
  return [
    ...without(shown, inCloud).map(words =>
      finding('an owner', `is shown ${words}, which the cloud has not`),
    ),
    ...without(inCloud, shown).map(words => finding('the cloud', `has ${words}, which no owner is shown`)),
    ...objects
      .filter(({ state }) => state !== 'ready')
      .map(({ kind, id, state, key }) =>
        finding(`${kind} ${id}`, `is ${state} in the cloud`, creatorOf(key)),
      ),
  ]
}

/** The action that made an object, by the object's key. */
export function creatorOf(key: string): string | undefined {
  return key.split('/', 1)[0]
}

/** What of the first the second has not, each as often as it is missing. */
function without(these: readonly string[], those: readonly string[]): readonly string[] {
  const left = [...those]
  return these.filter(words => {
    const at = left.indexOf(words)
    if (at === -1) return true
    left.splice(at, 1)
    return false
  })
}
