import { describe, expect, it } from 'vitest'
import { panelActions } from './panel-actions.ts'
import { stepWords, wordsOfStep } from './step-words.ts'
import { actionWords, cardinal, nounOf, ordinal, wordsOf } from './words.ts'

describe('the words for customers', () => {
  it('are there for every action', () => {
    const names = panelActions.map(({ name }) => name)

    const nameless = names.filter(
      name => !(name in actionWords || (name.split('.').at(-1) ?? '') in actionWords),
    )

    expect(nameless, 'add them to actions/words.ts').toEqual([])
  })

  it('are there for every step that an action has or had', () => {
    const steps = panelActions.flatMap(({ definition: { steps, retired = [] } }) => [...steps, ...retired])

    const nameless = steps.map(({ name }) => name).filter(name => !(name in stepWords))

    expect([...new Set(nameless)], 'add them to actions/step-words.ts').toEqual([])
  })

  it('fit into the sentences that are made of them', () => {
    for (const [step, { doing, notDone }] of Object.entries(stepWords)) {
      expect(doing, step).toMatch(/^[A-Z]\w+ing [\w -]+$/i)
      expect(notDone, step).toMatch(/^(the|a) [\w -]+ could not be [\w ]+$/i)
    }
    for (const noun of Object.values(actionWords)) expect(noun).toMatch(/^[a-z ]+$/)
  })

  it('are general where there are none', () => {
    expect(wordsOfStep('no.such')).toEqual({
      doing: 'Working on it',
      notDone: 'a part of it could not be done',
    })
    expect(nounOf('server.pamper')).toBe('change')
  })

  it('name an action by its whole name before they do by its end', () => {
    expect(wordsOf('server.create')).toBe('its creation')
    expect(wordsOf('server.resize')).toBe('its change of flavor')
  })

  it('count in words as far as people do', () => {
    expect([3, 10, 11].map(ordinal)).toEqual(['third', 'tenth', '11th'])
    expect([5, 10, 11].map(cardinal)).toEqual(['five', 'ten', '11'])
  })
})
