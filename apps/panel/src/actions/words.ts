/** What actions are called, by their names or what these end in. */
export const actionWords: { readonly [action: string]: string } = {
  create: 'creation',
  delete: 'deletion',
  import: 'import',
  update: 'change',
  change: 'change',
  start: 'start',
  stop: 'stop',
  reboot: 'reboot',
  attach: 'attachment',
  detach: 'detachment',
  move: 'move',
  extend: 'enlargement',
  grow: 'enlargement',
  revert: 'return to a snapshot',
  repair: 'repair',
  remove: 'removal',
  suspend: 'suspension',
  resume: 'resumption',
  assign: 'assignment',
  'server.resize': 'change of flavor',
  'server.follow-power': 'look at its power',
  'server.repair-pointer': 'repair',
  'server.repair-size': 'repair',
  'router.add-interface': 'addition of an interface',
  'router.remove-interface': 'removal of an interface',
  'volume.resize': 'enlargement',
  'server.change-interfaces': 'change of interfaces',
}

/** What an action is, in a word or two: `server.create` is a creation. */
export function nounOf(action: string): string {
  return actionWords[action] ?? actionWords[action.split('.').at(-1) ?? ''] ?? 'change'
}

/** What an action does to its object, in words: `server.create` is its creation. */
export function wordsOf(action: string): string {
  return `its ${nounOf(action)}`
}

/** `third` */
export function ordinal(number: number): string {
  return ordinals[number] ?? `${number}th`
}

/** `five` */
export function cardinal(number: number): string {
  return cardinals[number] ?? String(number)
}

const ordinals = [
  'zeroth',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
]
const cardinals = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
