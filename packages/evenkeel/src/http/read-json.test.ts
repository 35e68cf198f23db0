import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { ValidationException } from '../exceptions/index.ts'
import {
  EmptyBodyException,
  PayloadTooLargeException,
  TruncatedBodyException,
  UnsupportedMediaTypeException,
} from './exceptions.ts'
import { readJson } from './read-json.ts'

function request(body: string | ReadableStream | null, type = 'application/json'): Request {
  return new Request('http://localhost/', {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit)
}

describe('readJson', () => {
  it('reads a body', async () => {
    expect(await readJson(request('{"name":"ä"}'))).toEqual({ name: 'ä' })
  })

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/merge-patch+json'])(
    'takes the type %s',
    async type => {
      expect(await readJson(request('1', type))).toBe(1)
    },
  )

  it.each(['text/plain', 'application/jsonp', '', 'text/json+x'])('refuses the type %j', async type => {
    await expect(readJson(request('1', type))).rejects.toThrow(UnsupportedMediaTypeException)
  })

  it('has the type of its schema', async () => {
    const { name } = await readJson(request('{"name":"a"}'), { schema: z.object({ name: z.string() }) })

    expectTypeOf(name).toEqualTypeOf<string>()
    expect(name).toBe('a')
  })

  it('names what a schema refuses', async () => {
    const schema = z.object({ volumes: z.array(z.object({ size_gb: z.number() })) })

    const reading = readJson(request('{"volumes":[{"size_gb":"x"}]}'), { schema })

    await expect(reading).rejects.toMatchObject({
      data: { fields: { 'volumes[0].size_gb': expect.any(String) } },
    })
    await expect(reading).rejects.toBeInstanceOf(ValidationException)
  })

  it('says of the whole what is wrong with the whole', async () => {
    await expect(readJson(request('1'), { schema: z.string() })).rejects.toMatchObject({
      data: { fields: { body: expect.any(String) } },
    })
  })

  it('takes a body of the limit, and none that is a byte larger, announced or not', async () => {
    const announced = (text: string): Request => request(text)
    const streamed = (text: string): Request => request(new Blob([text]).stream())

    for (const build of [announced, streamed]) {
      expect(await readJson(build('"123"'), { limitBytes: 5 })).toBe('123')
      await expect(readJson(build('"1234"'), { limitBytes: 5 })).rejects.toThrow(PayloadTooLargeException)
    }
  })

  it('is told of a body that breaks off', async () => {
    const body = new ReadableStream({ start: controller => controller.error(new Error('connection lost')) })

    await expect(readJson(request(body))).rejects.toThrow(TruncatedBodyException)
  })

  it('finds nothing in a body that is missing', async () => {
    await expect(readJson(request(null))).rejects.toThrow(EmptyBodyException)
  })
})
