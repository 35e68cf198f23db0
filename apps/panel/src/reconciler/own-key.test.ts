import { newTxId } from 'evenkeel'
import { describe, expect, it } from 'vitest'
import { actionOfKey } from './own-key.ts'

describe('actionOfKey', () => {
  const id = newTxId()

  it.each([`${id}/volumes.volume/root`, `${id}/volumes.volume`, `set-back/${id}/routes.route`])(
    'knows %s',
    key => {
      expect(actionOfKey(key)).toBe(id)
    },
  )

  it.each([
    undefined,
    '',
    id,
    `${id}/`,
    `/${id}/x`,
    'terraform/volume',
    `other/${id}/volumes.volume`,
    `${id}x/volume`,
  ])('has no say in %s', key => {
    expect(actionOfKey(key)).toBeUndefined()
  })
})
