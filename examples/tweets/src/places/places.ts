import { z } from 'zod'

export const Place = z.object({ name: z.string(), country: z.string() })
export type Place = z.infer<typeof Place>

/** The places, for those who run them and for those who call them. */
export interface Places {
  /** Those with these ids, by id. Not every id is a place that is on the map. */
  find(ids: readonly string[]): Promise<Readonly<Record<string, Place>>>
}

/** The places on a map. */
export function placesOn(map: ReadonlyMap<string, Place>): Places {
  return {
    async find(ids) {
      return Object.fromEntries(
        ids.flatMap(id => {
          const place = map.get(id)
          return place === undefined ? [] : [[id, place]]
        }),
      )
    },
  }
}
