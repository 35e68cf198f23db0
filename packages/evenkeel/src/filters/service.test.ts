import { describe, expect, it } from 'vitest'
import { chain, Filter, type Service } from './service.ts'

class MarkFilter extends Filter<string, string> {
  readonly #mark: string

  constructor(mark: string) {
    super()
    this.#mark = mark
  }

  override async apply(request: string, next: Service<string, string>): Promise<string> {
    return `${this.#mark}(${await next(`${request}>${this.#mark}`)})`
  }
}

class NamedFilter extends MarkFilter {
  override toString(): string {
    return 'NamedFilter(x)'
  }
}

async function echo(request: string): Promise<string> {
  return request
}

describe('chain', () => {
  it('runs the outermost filter first, and last on the way back', async () => {
    const service = chain([new MarkFilter('a'), new MarkFilter('b')], echo)

    expect(await service('hello')).toBe('a(b(hello>a>b))')
  })

  it('prints itself', () => {
    expect(String(chain([new MarkFilter('a'), new NamedFilter('b')], echo))).toBe(
      'MarkFilter → NamedFilter(x) → echo',
    )
    expect(String(chain([], echo))).toBe('echo')
    expect(
      String(
        chain(
          [],
          (
            () => async () =>
              'x'
          )(),
        ),
      ),
    ).toBe('service')
  })

  it('is a service again: a chain in a chain runs and prints in full', async () => {
    const inner = chain([new MarkFilter('b')], echo)
    const outer = chain([new MarkFilter('a')], inner)

    expect(await outer('hello')).toBe('a(b(hello>a>b))')
    expect(String(outer)).toBe('MarkFilter → MarkFilter → echo')
    expect(outer.name).toBe('MarkFilter → echo')
  })

  it('runs the service for each request, with filters that were composed once', async () => {
    const requests: string[] = []
    const service = chain([new MarkFilter('a')], async (request: string) => {
      requests.push(request)
      return request
    })

    await Promise.all([service('1'), service('2')])

    expect(requests).toEqual(['1>a', '2>a'])
  })

  it('turns what a service or a filter throws at once into a rejection', async () => {
    const broken = (() => {
      throw new Error('thrown at once')
    }) as Service<string, string>
    class BrokenFilter extends Filter<string, string> {
      override apply(): Promise<string> {
        throw new Error('thrown by a filter')
      }
    }

    await expect(chain([new MarkFilter('a')], broken)('hello')).rejects.toThrow('thrown at once')
    await expect(chain([], broken)('hello')).rejects.toThrow('thrown at once')
    await expect(chain([new BrokenFilter()], echo)('hello')).rejects.toThrow('thrown by a filter')
  })
})
