import { Actions, type ActionsOptions } from 'evenkeel/actions'
import * as cloudExceptions from '../cloud/exceptions.ts'
import * as panelExceptions from '../exceptions.ts'
import type { Db } from '../records/tables.ts'
import { actionDatabase } from './action-database.ts'
import { addRouterInterface } from './add-router-interface.ts'
import { attachVolumeAction } from './attach-volume.ts'
import { changeFloatingIp } from './change-floating-ip.ts'
import { changeInterfaces } from './change-interfaces.ts'
import { changeNetwork } from './change-network.ts'
import { rebootServerAction, startServerAction, stopServerAction } from './change-power.ts'
import { changeSubnet } from './change-subnet.ts'
import { createFloatingIp } from './create-floating-ip.ts'
import { createLoadBalancer } from './create-load-balancer.ts'
import { createNetwork } from './create-network.ts'
import { createObjectsUser } from './create-objects-user.ts'
import { createRouter } from './create-router.ts'
import { createServer } from './create-server.ts'
import { createServerGroup } from './create-server-group.ts'
import { createServerV1 } from './create-server-v1.ts'
import { createSubnet } from './create-subnet.ts'
import { createVolumeAction } from './create-volume.ts'
import { createVolumeSnapshot } from './create-volume-snapshot.ts'
import type { PanelWorld } from './define.ts'
import { deleteCustomImage } from './delete-custom-image.ts'
import { deleteFloatingIp } from './delete-floating-ip.ts'
import { deleteLoadBalancer } from './delete-load-balancer.ts'
import { deleteNetwork } from './delete-network.ts'
import { deleteObjectsUser } from './delete-objects-user.ts'
import { deleteRouter } from './delete-router.ts'
import { deleteServer } from './delete-server.ts'
import { deleteServerGroup } from './delete-server-group.ts'
import { deleteServerV1 } from './delete-server-v1.ts'
import { deleteServerV2 } from './delete-server-v2.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { deleteVolume } from './delete-volume.ts'
import { deleteVolumeSnapshot } from './delete-volume-snapshot.ts'
import { deleteVolumeV1 } from './delete-volume-v1.ts'
import { deleteVolumeV2 } from './delete-volume-v2.ts'
import { detachVolumeAction } from './detach-volume.ts'
import { importCustomImage } from './import-custom-image.ts'
import { changeListener, createListener, deleteListener } from './load-balancer-listener.ts'
import { changeMember, createMember, deleteMember } from './load-balancer-member.ts'
import { changeMonitor, createMonitor, deleteMonitor } from './load-balancer-monitor.ts'
import { createPool, deletePool } from './load-balancer-pool.ts'
import { repairFloatingIp } from './reconcile-floating-ip.ts'
import { repairListener, repairMember, repairMonitor } from './reconcile-load-balancer-part.ts'
import { repairNetwork, repairSubnet } from './reconcile-network.ts'
import { removeOrphan } from './reconcile-orphan.ts'
import { followPower, repairServerPointer, repairServerSize } from './reconcile-server.ts'
import { repairVolume } from './reconcile-volume.ts'
import { removeRouterInterfaceAction } from './remove-router-interface.ts'
import { resizeServerAction } from './resize-server.ts'
import { resizeVolumeAction } from './resize-volume.ts'
import { resumeProject } from './resume-project.ts'
import { revertVolumeAction } from './revert-volume.ts'
import { suspendProject } from './suspend-project.ts'
import { resumeServer, suspendServer } from './suspend-server.ts'

export type PanelActions = Actions<PanelWorld, Db>

/** Every action of the panel, with the earlier versions that a journal may still have. */
export const panelActions = [
  createServer,
  deleteServer,
  startServerAction,
  stopServerAction,
  rebootServerAction,
  resizeServerAction,
  changeInterfaces,
  createServerGroup,
  deleteServerGroup,
  createVolumeAction,
  attachVolumeAction,
  detachVolumeAction,
  resizeVolumeAction,
  revertVolumeAction,
  deleteVolume,
  createVolumeSnapshot,
  deleteVolumeSnapshot,
  createNetwork,
  changeNetwork,
  deleteNetwork,
  createSubnet,
  changeSubnet,
  deleteSubnet,
  createFloatingIp,
  changeFloatingIp,
  deleteFloatingIp,
  createLoadBalancer,
  deleteLoadBalancer,
  createPool,
  deletePool,
  createMember,
  changeMember,
  deleteMember,
  createListener,
  changeListener,
  deleteListener,
  createMonitor,
  changeMonitor,
  deleteMonitor,
  createRouter,
  addRouterInterface,
  removeRouterInterfaceAction,
  deleteRouter,
  createObjectsUser,
  deleteObjectsUser,
  importCustomImage,
  deleteCustomImage,
  suspendProject,
  resumeProject,
  suspendServer,
  resumeServer,
  removeOrphan,
  followPower,
  repairServerSize,
  repairServerPointer,
  repairVolume,
  repairNetwork,
  repairSubnet,
  repairFloatingIp,
  repairMember,
  repairListener,
  repairMonitor,
  createServerV1,
  deleteServerV2,
  deleteServerV1,
  deleteVolumeV1,
  deleteVolumeV2,
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
