/** What an action is asked to work on: something of this project. */
export interface Target {
  readonly projectId: string
  readonly uuid: string
}
