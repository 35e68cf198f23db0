import { parseTxId, type TxId } from 'evenkeel'

/**
 * The action that a key is of: `<action id>/<path of a step>`, before which an undo that sets something back puts a word.
 *
 * @returns undefined for a key that is none of ours
 */
export function actionOfKey(key: string | undefined): TxId | undefined {
  const [, id] = /^(?:set-back\/)?([^/]+)\/./.exec(key ?? '') ?? []
  return id === undefined ? undefined : parseTxId(id)
}
