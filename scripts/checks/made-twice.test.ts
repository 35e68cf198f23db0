import { describe, expect, it } from 'vitest'
import { madeTwice } from './made-twice.ts'

const library = `
  export class Exception extends Error { static readonly hasStack: boolean = false }
  export class BadClientRequestException<Data = object> extends Exception {}
  export class NotFoundException<Data = object> extends BadClientRequestException<Data> {}
  export class InternalException extends Exception { static override readonly hasStack: boolean = true }
`
const declared = `
  import { NotFoundException } from 'evenkeel'
  export class PlaceNotFoundException extends NotFoundException<{ name: string }> {}
`

describe('a stackless exception of an application', () => {
  it('may be made in one place', () => {
    expect(sitesIn({ 'app/places.ts': `${declared}\n throw new PlaceNotFoundException()` })).toEqual([])
  })

  it('is found where a second place makes it, in whatever file and under whatever name', () => {
    const found = sitesIn({
      'app/places.ts': declared,
      'app/index.ts': `export * from './places.ts'\nexport { PlaceNotFoundException as Gone } from './places.ts'`,
      'app/find.ts': `import { PlaceNotFoundException } from './index.ts'\n\nthrow new PlaceNotFoundException<X>('a')`,
      'app/move.ts': `import { Gone as NoPlace } from './index.ts'\nconst make = () => new NoPlace('b')`,
    })

    expect(found).toEqual([['PlaceNotFoundException', 'app/find.ts:3', 'app/move.ts:2']])
  })

  it.each([
    [
      'its name stands in a comment or a text',
      `// new PlaceNotFoundException()\nconst x = 'new PlaceNotFoundException()'`,
    ],
    [
      'it is caught, or handed on as a class',
      `if (x instanceof PlaceNotFoundException) list(PlaceNotFoundException)`,
    ],
    ['a class of its own stands in for it', `class A extends PlaceNotFoundException {}\nthrow new A()`],
  ])('is not made where %s', (_, code) => {
    expect(sitesIn({ 'app/places.ts': `${declared}\nthrow new PlaceNotFoundException()\n${code}` })).toEqual(
      [],
    )
  })

  it('is another one than a class of the same name elsewhere', () => {
    const code = `${declared}\nthrow new PlaceNotFoundException()`

    expect(sitesIn({ 'app/a.ts': code, 'app/b.ts': code })).toEqual([])
  })
})

describe('what may be made anywhere', () => {
  it.each([
    ['a bug, which has a stack', `import { InternalException as Base } from 'evenkeel'`, ''],
    [
      'a class that asks for a stack',
      `import { NotFoundException as Base } from 'evenkeel'`,
      'static override readonly hasStack = true',
    ],
    ['what is no exception', 'class Base {}', ''],
    ['what extends something unknown', `import { Base } from 'elsewhere'`, ''],
  ])('is %s', (_, base, body) => {
    const code = `${base}\nclass Own extends Base { ${body} }\nnew Own(); new Own()`

    expect(sitesIn({ 'app/own.ts': code })).toEqual([])
  })

  it("is a general class of the library's", () => {
    const code = `import { NotFoundException } from 'evenkeel'\nnew NotFoundException(); new NotFoundException()`

    expect(sitesIn({ 'app/find.ts': code })).toEqual([])
  })
})

it('refuses code that can not be parsed, and does not pass over it', () => {
  expect(() => sitesIn({ 'app/broken.ts': 'class {' })).toThrow('app/broken.ts')
})

it('comes to an end where modules and classes go in circles', () => {
  const found = sitesIn({
    'app/a.ts': `export * from './b.ts'\nimport { B } from './b.ts'\nexport class A extends B {}\nnew A(); new A(); new Nobody()`,
    'app/b.ts': `export * from './a.ts'\nimport { A, Nobody } from './a.ts'\nexport class B extends A {}\nnew Nobody()`,
  })

  expect(found).toEqual([])
})

/** What is found in files of an application, each class with its sites. */
function sitesIn(files: Record<string, string>): string[][] {
  const all = new Map([...Object.entries(files), ['lib/index.ts', library] as const])
  const packages = new Map([['evenkeel', 'lib/index.ts']])
  const isApplication = (file: string) => file.startsWith('app/')
  return madeTwice(all, { packages, isApplication }).map(({ name, sites }) => [
    name,
    ...sites.map(({ file, line }) => `${file}:${line}`),
  ])
}
