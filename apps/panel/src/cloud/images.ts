export interface CloudImage {
  readonly slug: string
  /** What a volume that is filled with it needs at least. */
  readonly sizeGb: number
}

/** What volumes can be filled with. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`. */
export interface Images {
  /** The image, or undefined where the zone doesn't have it. */
  getImage(zone: string, slug: string, signal?: AbortSignal): Promise<CloudImage | undefined>
}
