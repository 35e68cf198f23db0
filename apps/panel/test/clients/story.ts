import type { Client } from './client.ts'

/** What somebody does with the API and sees of it, alone or beside others in the same project. */
export type Story = (client: Client) => Promise<void>

/** By their titles. */
export type Stories = { readonly [title: string]: Story }

/** A name, or the value of a tag, that no other story has. */
export function unique(name: string): string {
  return `${name}-${crypto.randomUUID().slice(0, 8)}`
}
