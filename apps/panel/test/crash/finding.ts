/** Something that is not as it must be. */
export interface Finding {
  /** What it is about, such as `server crash-7`. */
  readonly object: string
  /** A sentence about the object, without it. */
  readonly what: string
  /** The action concerned, if one is known: what its journal says last is shown with the finding. */
  readonly actionId: string | undefined
}

export function finding(object: string, what: string, actionId?: string): Finding {
  return { object, what, actionId }
}
