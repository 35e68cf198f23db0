/**
 * Whether an `accept` header asks for exactly this media type. A wildcard does not: who accepts anything
 * has no preference, and gets what the service gives everybody.
 */
export function accepts(header: string, mediaType: string): boolean {
  return header.split(',').some(range => {
    const [name, ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
    return name === mediaType && !parameters.some(isRefusal)
  })
}

/** A weight of zero says "anything but this". */
function isRefusal(parameter: string): boolean {
  return /^q=0(\.0{0,3})?$/.test(parameter)
}
