import { ValidationException } from 'evenkeel'
import { type Present, problemMediaType } from 'evenkeel/http'

/**
 * How the API's clients read errors: one flat object of text to text. What is about a field stands under its
 * name, the first wrong one only (a client that decodes several shows any of them); all else under `detail`.
 * Who asks for problem details gets them.
 */
export const presentException: Present = (exception, { detail, accepts }) => {
  if (accepts(problemMediaType)) return undefined
  const [firstField] = exception instanceof ValidationException ? Object.entries(exception.data.fields) : []
  const [name, message] = firstField ?? ['detail', detail]
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify({ [name]: message }) }
}
