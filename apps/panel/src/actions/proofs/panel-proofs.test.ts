import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { panelActions } from '../panel-actions.ts'

describe('the panel’s certificates', () => {
  it('are one for each action', async () => {
    const files = await readdir(new URL('./certificates/', import.meta.url))

    const certified = files.filter(file => file.endsWith('.json')).map(file => file.replace('.json', ''))
    expect(certified.sort()).toEqual([...new Set(panelActions.map(({ name }) => name))].sort())
  })
})
