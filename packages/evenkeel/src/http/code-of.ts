/** The `code` of an error, if it has one. Never throws, whatever was thrown. */
export function codeOf(thrown: unknown): unknown {
  try {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  } catch {
    return undefined // its getters throw, or it is a revoked proxy
  }
}

/** Whether an error says that a connection was lost on its other side. */
export function isConnectionLoss(thrown: unknown): boolean {
  return lossCodes.has(codeOf(thrown))
}

const lossCodes = new Set<unknown>(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'])
