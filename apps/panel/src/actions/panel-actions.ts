import { Actions, type ActionsOptions } from 'evenkeel/actions'
import * as cloudExceptions from '../cloud/exceptions.ts'
import * as panelExceptions from '../exceptions.ts'
import type { Db } from '../records/tables.ts'
import { actionDatabase } from './action-database.ts'
import { changeNetwork } from './change-network.ts'
import { rebootServerAction, startServerAction, stopServerAction } from './change-power.ts'
import { changeSubnet } from './change-subnet.ts'
import { createNetwork } from './create-network.ts'
import { createServer } from './create-server.ts'
import { createSubnet } from './create-subnet.ts'
import type { PanelWorld } from './define.ts'
import { deleteNetwork } from './delete-network.ts'
import { deleteServer } from './delete-server.ts'
import { deleteServerV1 } from './delete-server-v1.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { deleteVolume } from './delete-volume.ts'
import { deleteVolumeV1 } from './delete-volume-v1.ts'
import { resizeServerAction } from './resize-server.ts'

export type PanelActions = Actions<PanelWorld, Db>

/** Every action of the panel, with the earlier versions that a journal may still have. */
export const panelActions = [
  createServer,
  deleteServer,
  startServerAction,
  stopServerAction,
  rebootServerAction,
  resizeServerAction,
  deleteVolume,
  createNetwork,
  changeNetwork,
  deleteNetwork,
  createSubnet,
  changeSubnet,
  deleteSubnet,
  deleteServerV1,
  deleteVolumeV1,
]

export type OpenPanelActionsOptions = Omit<
  ActionsOptions<PanelWorld, Db>,
  'actions' | 'database' | 'exceptions'
>

/** Opens the engine on the panel's actions and records, and goes on with what an earlier process left unfinished. */
export async function openPanelActions(options: OpenPanelActionsOptions): Promise<PanelActions> {
  return Actions.open({
    ...options,
    actions: panelActions,
    database: actionDatabase(options.world.records),
    exceptions: [...Object.values(cloudExceptions), ...Object.values(panelExceptions)],
  })
}
