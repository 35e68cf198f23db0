import { z } from 'zod'

export const User = z.object({ name: z.string(), bio: z.string(), followers: z.number() })
export type User = z.infer<typeof User>

/** The users, for those who run them and for those who call them. */
export interface Users {
  /** Those with these names, by name. All of them: an unknown name is an exception. */
  find(names: readonly string[]): Promise<Readonly<Record<string, User>>>
}
