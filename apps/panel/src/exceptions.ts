/**
 * Every exception class of the panel's own that a client of its API can meet. Each lives beside its use; those
 * of the library (`evenkeel`, `evenkeel/http`) come on top.
 */

export { ActionsStoppingException, IdempotencyKeyReusedException } from 'evenkeel/actions'
export { ObjectsUserHasBucketsException } from './actions/bucket-check.ts'
export { BucketUsageUnavailableException } from './actions/bucket-usage.ts'
export { NetworkInUseException } from './actions/delete-network.ts'
export { ServerGroupInUseException } from './actions/delete-server-group.ts'
export { SubnetInUseException } from './actions/delete-subnet.ts'
export { ImageNotImportedException } from './actions/import-custom-image.ts'
export {
  CalledOffException,
  NotDoneException,
  ObjectLockedException,
  ObjectWatchedException,
} from './actions/perform.ts'
export { RouterInterfaceNotFoundException } from './actions/remove-router-interface.ts'
export { VolumeInUseException } from './actions/revert-volume.ts'
export { NotCancellableException, ProjectActionNotFoundException } from './api/action-routes.ts'
export { TooManyStreamsException } from './api/action-stream.ts'
export {
  ReadOnlyTokenException,
  TokenRequiredException,
  UnknownTokenException,
} from './api/authenticate.ts'
export { MalformedFormException } from './api/form-body.ts'
export { MalformedIdempotencyKeyException } from './api/idempotency.ts'
export { NestedTooDeeplyException } from './api/nesting.ts'
export { OnlyOneAttributeException } from './api/only-one-attribute.ts'
export { RateLimitExceededException } from './api/rate-limit.ts'
export { NoCapacityException } from './cloud/exceptions.ts'
export { AddressPoolExhaustedException } from './records/addresses.ts'
export { ObjectBusyException } from './records/busy.ts'
export { CustomImageImportNotFoundException } from './records/custom-image-imports.ts'
export { CustomImageNotFoundException } from './records/custom-images.ts'
export { FloatingPoolExhaustedException } from './records/floating-addresses.ts'
export { FloatingIpNotFoundException } from './records/floating-ips.ts'
export { ListenerNotFoundException } from './records/load-balancer-listeners.ts'
export { MemberNotFoundException } from './records/load-balancer-members.ts'
export { HealthMonitorNotFoundException } from './records/load-balancer-monitors.ts'
export { PoolInUseException, PoolNotFoundException } from './records/load-balancer-pools.ts'
export { LoadBalancerNotFoundException } from './records/load-balancers.ts'
export { MaintenanceException } from './records/maintenance.ts'
export { NetworkNotFoundException } from './records/networks.ts'
export { AddressIsNextHopException } from './records/next-hops.ts'
export { ObjectsUserNotFoundException } from './records/objects-users.ts'
export { ProjectDeletedException } from './records/projects.ts'
export { PanelQuotaExceededException } from './records/quota.ts'
export { RouterNotFoundException } from './records/routers.ts'
export { ServerGroupNotFoundException } from './records/server-groups.ts'
export { ServerStateException } from './records/server-state.ts'
export { ServerNotFoundException } from './records/servers.ts'
export { RecordsUnavailableException } from './records/sqlite.ts'
export { SubnetFullException } from './records/subnet-addresses.ts'
export { SubnetNotFoundException } from './records/subnets.ts'
export { ProjectSuspendedException } from './records/suspensions.ts'
export {
  SnapshotsPerVolumeException,
  VolumeHasSnapshotsException,
  VolumeSnapshotNotFoundException,
} from './records/volume-snapshots.ts'
export {
  RootVolumeException,
  VolumeNotFoundException,
  VolumesPerServerException,
} from './records/volumes.ts'
