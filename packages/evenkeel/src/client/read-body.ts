import { AnswerTooLargeException, type Called } from './exceptions.ts'

/**
 * All bytes of an answer's body.
 *
 * @throws {AnswerTooLargeException} there are more than `bytesMax`; the rest isn't waited for
 */
export async function readBody(response: Response, called: Called, bytesMax: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    // Leaving the loop cancels the body, and with it the connection.
    if (bytes > bytesMax) throw new AnswerTooLargeException(called, bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
