import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EmptyBodyException, MalformedJsonException } from './exceptions.ts'
import { parseJson } from './parse-json.ts'

describe('parseJson', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        fc.pre(!/__proto__|constructor/.test(JSON.stringify(value)))

        expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('says where text stops being JSON, without quoting it', () => {
    expect(() => parseJson('{"password":"hunter2"\n;}')).toThrow(
      new MalformedJsonException('look at line 2, column 1'),
    )
    expect(() => parseJson('{"password":"hunter2')).toThrow(new MalformedJsonException('it ends too early'))
  })

  it('tells nothing from missing', () => {
    expect(() => parseJson('')).toThrow(EmptyBodyException)
  })

  it.each(['{"__proto__":{}}', '[{"a":{"\\u005f_proto__":1}}]', '{"constructor":{"prototype":{}}}'])(
    'refuses %s, which would poison a prototype where it is copied',
    text => {
      expect(() => parseJson(text)).toThrow(MalformedJsonException)
    },
  )

  it('takes the same words where they do no harm', () => {
    expect(parseJson('{"constructor":"Ferrari","note":"__proto__"}')).toEqual({
      constructor: 'Ferrari',
      note: '__proto__',
    })
  })

  it('gives any text one known outcome', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        try {
          parseJson(text)
        } catch (thrown) {
          expect(thrown).toSatisfy(
            error => error instanceof MalformedJsonException || error instanceof EmptyBodyException,
          )
        }
      }),
    )
  })
})
