import { type PanelState, type UsableKind, wrong } from './panel-state.ts'
import type { Row } from './panel-world.ts'

export const usableCustomImages: UsableKind = {
  problems: state => [
    ...state.live('custom_image_imports').flatMap(imported => importProblems(imported, state)),
    ...state.live('custom_images').flatMap(image => imageProblems(image, state)),
  ],
  recorded: state => state.live('custom_images').map(image => image['cloud_image_id']),
}

function importProblems(imported: Row, state: PanelState): readonly string[] {
  const name = `the import of ${imported['name']}`
  if (imported['change'] !== null) return [`${name} stays ${imported['change']}`]
  const hasImage = state.live('custom_images').some(({ uuid }) => uuid === imported['uuid'])
  return [
    ...wrong(imported['status'] === 'in_progress', `${name} has ended, and does not say so`),
    ...wrong((imported['status'] === 'success') !== hasImage, `${name} is a ${imported['status']}`),
    ...wrong(
      (imported['status'] === 'failed') !== (imported['error_message'] !== null),
      `${name} does not say why it failed`,
    ),
  ]
}

function imageProblems(image: Row, state: PanelState): readonly string[] {
  const name = `custom image ${image['name']}`
  const atCloud = state.object(image['cloud_image_id'])
  if (atCloud?.kind !== 'image') return [`${name} is recorded, and not at the cloud`]
  const isImported = state.live('custom_image_imports').some(({ uuid }) => uuid === image['uuid'])
  return [
    ...wrong(!isImported, `${name} is there, and its import is gone`),
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(
      atCloud.sizeBytes !== Number(image['size_gb']) * 2 ** 30,
      `${name} has another size at the cloud`,
    ),
    ...wrong(JSON.stringify(atCloud.zones) !== image['zones_json'], `${name} is in other zones at the cloud`),
  ]
}
