import { describe, expect, it } from 'vitest'
import { BadClientRequestException, NotFoundException, statusOf } from '../exceptions/index.ts'
import { exceptionOfStatus, isHttpError } from './from-http-error.ts'

describe('exceptionOfStatus', () => {
  it.each([400, 401, 403, 404, 408, 409, 410, 413, 418, 422, 429, 451, 500, 502, 503, 504])(
    'has the status %i',
    status => {
      expect(statusOf(exceptionOfStatus(status, 'No.', {}))).toBe(status)
    },
  )

  it('is of the class that the library has for a status, else of its category', () => {
    expect(exceptionOfStatus(404, 'No.', {})).toBeInstanceOf(NotFoundException)
    expect(exceptionOfStatus(422, 'No.', {})).toBeInstanceOf(BadClientRequestException)
    expect(exceptionOfStatus(505, 'No.', {}).category).toBe('internal')
  })
})

describe('an error of http-errors', () => {
  it('says whether it is meant for the client', () => {
    expect(isHttpError(Object.assign(new Error('No.'), { status: 404, statusCode: 404, expose: true }))).toBe(
      true,
    )
  })

  it('is not what an HTTP client throws, which has a status as well', () => {
    expect(isHttpError(Object.assign(new Error('No.'), { status: 404, statusCode: 404 }))).toBe(false)
    expect(isHttpError({ status: 404, statusCode: 404, expose: true })).toBe(false)
  })
})
