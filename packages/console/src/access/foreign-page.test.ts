import { describe, expect, it } from 'vitest'
import { ForeignPageException } from './exceptions.ts'
import { refuseForeignPage } from './foreign-page.ts'

const own = 'https://panel.example.com'

describe('what a browser sends to the console', () => {
  it.each([
    ['by the console’s own page', { 'sec-fetch-site': 'same-origin', origin: own }],
    ['because somebody typed the address', { 'sec-fetch-site': 'none' }],
    ['by its own page, as older browsers say it', { origin: own }],
    [
      'by its own page behind a proxy that nobody told us of',
      { 'sec-fetch-site': 'same-origin', origin: 'https://x' },
    ],
    ['by no browser at all', {}],
  ])('is let through when it was sent %s', (_, headers) => {
    expect(() => refuseForeignPage({ headers }, own)).not.toThrow()
  })

  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of a sibling domain or another port', { 'sec-fetch-site': 'same-site' }],
    ['a page that claims to be its own', { 'sec-fetch-site': 'cross-site', origin: own }],
    ['a page of another site, as older browsers say it', { origin: 'https://evil.example' }],
    ['a page of another port, as older browsers say it', { origin: `${own}:8443` }],
    ['a page without an origin', { origin: 'null' }],
  ])('is refused when it was sent by %s', (_, headers) => {
    expect(() => refuseForeignPage({ headers }, own)).toThrow(ForeignPageException)
  })

  it('is refused when nobody can say where it is from, nor where the console is', () => {
    expect(() => refuseForeignPage({ headers: { origin: 'null' } }, 'http://a:99999')).toThrow(
      ForeignPageException,
    )
  })
})
