import { describe, expect, it } from 'vitest'
import { eventually, NeverHappenedException } from './eventually.ts'

describe('eventually', () => {
  it('asks until there is an answer', async () => {
    let asked = 0

    expect(await eventually('three', () => (++asked === 3 ? 'three' : undefined), { everyMs: 0 })).toBe(
      'three',
    )
  })

  it('says what it waited for when there is none in time', async () => {
    const waiting = eventually(
      () => 'Godot',
      () => undefined,
      { withinMs: 0 },
    )

    await expect(waiting).rejects.toThrow(NeverHappenedException)
    await expect(waiting).rejects.toThrow('Waited 0 s for Godot, and it never happened.')
  })

  it('lets an exception of the probe through', async () => {
    const probe = () => Promise.reject(new Error('disk full'))

    await expect(eventually('an answer', probe)).rejects.toThrow('disk full')
  })
})
