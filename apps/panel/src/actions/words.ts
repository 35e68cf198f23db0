const words: { readonly [action: string]: string } = {
  create: 'its creation',
  delete: 'its deletion',
  start: 'its start',
  stop: 'its stop',
  reboot: 'its reboot',
  resize: 'its change of flavor',
}

/** What an action does to its object, in words: `server.create` is its creation. */
export function wordsOf(action: string): string {
  return words[action.split('.').at(-1) ?? ''] ?? action
}
