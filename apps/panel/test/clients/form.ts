/** The fields of a form in their order; one that is given several times is a list. */
export type Fields = readonly (readonly [name: string, value: string])[]

/** A form as its client sends it. */
interface Form {
  readonly type: string
  readonly text: string
}

/** The encodings of forms: curl's `-F` and its `-d`. */
export const formOf = { multipart, urlencoded }

function multipart(fields: Fields): Form {
  const boundary = '------------------------d74496d66958873e'
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return { type: `multipart/form-data; boundary=${boundary}`, text: `${parts.join('')}--${boundary}--\r\n` }
}

function urlencoded(fields: Fields): Form {
  const parameters = new URLSearchParams()
  for (const [name, value] of fields) parameters.append(name, value)
  return { type: 'application/x-www-form-urlencoded', text: String(parameters) }
}
