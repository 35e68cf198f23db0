// The package is installed by the benchmark alone, so the types must not need it: this is what of it is used here.
declare module '@dbos-inc/dbos-sdk' {
  export const DBOS: {
    setConfig(config: { name: string; systemDatabaseUrl: string; logLevel: string }): void
    launch(): Promise<void>
    shutdown(): Promise<void>
    registerWorkflow<Args extends unknown[], Return>(
      workflow: (...args: Args) => Promise<Return>,
      config: { name: string },
    ): (...args: Args) => Promise<Return>
    runStep<Return>(step: () => Promise<Return>, config: { name: string }): Promise<Return>
  }
}
