import { describe, expect, it } from 'vitest'
import {
  type Category,
  DependencyException,
  Exception,
  InternalException,
  NotFoundException,
  OverloadedException,
  statusTable,
  ValidDiscardingRequestException,
} from '../exceptions/index.ts'
import { chain, runInTx, Transaction } from '../filters/index.ts'
import { MethodNotAllowedException } from './exceptions.ts'
import { HttpCatchAllFilter, type HttpCatchAllFilterOptions } from './http-catch-all-filter.ts'
import type { HttpAnswer } from './http-message.ts'

const tx = new Transaction({ kind: 'request', operation: 'GET /' })

/** What a service that throws this is answered with, and the problems on the way. */
async function answerTo(
  thrown: unknown,
  options: Partial<HttpCatchAllFilterOptions> = {},
): Promise<HttpAnswer & { problems: string[] }> {
  const problems: string[] = []
  const onProblem = ({ message }: Exception): void => void problems.push(message)
  const api = chain([new HttpCatchAllFilter({ service: 'panel', onProblem, ...options })], async () => {
    throw thrown
  })
  const answer = await runInTx(tx, () => api({ method: 'GET', url: '/', headers: { accept: 'text/plain' } }))
  return { ...answer, problems }
}

function bodyOf({ body }: HttpAnswer): Record<string, unknown> {
  return JSON.parse(body ?? '')
}

describe('HttpCatchAllFilter', () => {
  it('lets an answer through as it is', async () => {
    const answer: HttpAnswer = { status: 200, headers: {}, body: 'fine' }
    const api = chain([new HttpCatchAllFilter({ service: 'panel' })], async () => answer)

    expect(await api({ method: 'GET', url: '/', headers: {} })).toBe(answer)
  })

  it('answers an exception with its status, its identity and problem details', async () => {
    const answer = await answerTo(new NotFoundException('No server 7.'))

    expect(answer.status).toBe(404)
    expect(answer.headers).toEqual({
      'evenkeel-exception': 'NotFoundException',
      'evenkeel-category': 'client',
      'evenkeel-tx': tx.id,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    })
    expect(bodyOf(answer)).toMatchObject({ title: 'NotFoundException', detail: 'No server 7.', txId: tx.id })
  })

  it('answers a discard with 200 and says so', async () => {
    const answer = await answerTo(new ValidDiscardingRequestException('Asked before.'))

    expect(answer.status).toBe(200)
    expect(bodyOf(answer)).toMatchObject({ category: 'discard', detail: 'Asked before.' })
  })

  it('keeps the message of a bug to itself', async () => {
    const answer = await answerTo(new InternalException('hunter2'))

    expect(JSON.stringify(answer)).not.toContain('hunter2')
    expect(bodyOf(answer)['detail']).toBe(`Something went wrong on our side. Incident ${tx.id}.`)
  })

  it('keeps it also where a class is internal by what it gathers, and not by its ancestors', async () => {
    class GatheringException extends Exception {
      get category(): Category {
        return 'internal'
      }
    }

    const answer = await answerTo(new GatheringException('hunter2'))

    expect(JSON.stringify(answer)).not.toContain('hunter2')
  })

  it('keeps the message of a dependency to operators', async () => {
    const answer = await answerTo(new DependencyException('store-3.internal refuses connections'))

    expect(JSON.stringify(answer)).not.toContain('store-3')
  })

  it('says when to come back', async () => {
    const answer = await answerTo(new OverloadedException('Full.', { retryAfterMs: 1 }))

    expect(answer.headers).toMatchObject({ 'retry-after': '1' })
    expect(bodyOf(answer)).toMatchObject({ retry: 'safe', retryAfterMs: 1 })
  })

  it('says which methods are allowed', async () => {
    const answer = await answerTo(new MethodNotAllowedException('PUT', '/', ['GET', 'HEAD']))

    expect(answer.headers).toMatchObject({ allow: 'GET, HEAD' })
  })

  it('presents as the service wants, with the same headers', async () => {
    const answer = await answerTo(new NotFoundException('No server 7.'), {
      present: (exception, { detail, status, accepts }) => ({
        contentType: 'text/plain',
        body: `${status} ${exception.className} ${detail} ${accepts('text/plain')} ${accepts('text/html')}`,
      }),
    })

    expect(answer).toMatchObject({
      headers: { 'content-type': 'text/plain', 'evenkeel-exception': 'NotFoundException' },
      body: '404 NotFoundException No server 7. true false',
    })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['names a media type that no header can hold', () => ({ contentType: 'text/plain\r\n', body: '' })],
  ])('survives a presentation that %s', async (_, present) => {
    const answer = await answerTo(new NotFoundException('No server 7.'), { present })

    expect(bodyOf(answer)).toMatchObject({ title: 'NotFoundException' })
    expect(answer.problems).toHaveLength(1)
  })

  it('survives a status that is none', async () => {
    const answer = await answerTo(new NotFoundException(''), {
      statusOf: statusTable([[NotFoundException, 42]]),
    })

    expect(answer.status).toBe(404)
    expect(answer.problems).toEqual(['RangeError: 42 is no status to answer NotFoundException with.'])
  })

  it('survives data that JSON can not carry', async () => {
    const answer = await answerTo(
      new NotFoundException('No server 7.', { data: { id: 7n as unknown as number } }),
    )

    expect(bodyOf(answer)).toMatchObject({ title: 'NotFoundException', data: {} })
    expect(answer.problems).toHaveLength(1)
  })

  it('survives an exception that can not say what it means', async () => {
    class MutteringException extends NotFoundException {
      override get publicMessage(): string {
        throw new TypeError('data of a remote is not what was expected')
      }
    }

    const answer = await answerTo(new MutteringException(''))

    expect(answer.status).toBe(500)
    expect(answer.problems).toEqual(['TypeError: data of a remote is not what was expected'])
  })

  it('survives whatever else is thrown', async () => {
    for (const thrown of [undefined, null, 7, 'text', {}, Symbol('s')]) {
      expect((await answerTo(thrown)).status).toBe(500)
    }
  })
})
