import manifest from '../package.json' with { type: 'json' }

/** What runs: the version by which statistics tell releases apart. */
export const release: string = manifest.version
