/** Something that has happened to an object of a project, as it is told to whoever wants to know. */
export interface PanelEvent {
  /** Grows with every event; the same for each delivery of this one. */
  readonly id: number
  readonly projectId: string
  /** Its kind and uuid: `server:3f0c…`. Events of one object arrive in their order. */
  readonly object: string
  /** What has happened, for programs: `server_create`. */
  readonly action: string
  /** RFC 3339 with microseconds. */
  readonly at: string
}

/** Where events go. Each is delivered at least once: the same `id` may come again. All calls throw the exceptions of `cloud/exceptions.ts`. */
export interface Events {
  /** Resolves when the event is safely kept by whoever passes it on. */
  publish(event: PanelEvent, signal?: AbortSignal): Promise<void>
}
