import { ServiceUnavailableException } from 'evenkeel'
import { exceptionReference } from 'evenkeel/reference'
import { panelStatusOf } from './api/status-table.ts'
import * as exceptions from './exceptions.ts'
import type { FloatingIpRecord } from './records/floating-ips.ts'
import type { PoolRecord } from './records/load-balancer-pools.ts'
import type { NetworkRecord } from './records/networks.ts'
import type { ObjectsUserRecord } from './records/objects-users.ts'
import type { ServerGroupRecord } from './records/server-groups.ts'
import type { ServerRecord } from './records/servers.ts'
import type { SubnetRecord } from './records/subnets.ts'
import type { VolumeSnapshotRecord } from './records/volume-snapshots.ts'
import type { VolumeRecord } from './records/volumes.ts'

const uuid = '0d5f4d1c-8a43-4c5c-9f0e-2f7c1b9a6e55'
const serverUuid = '47cec963-fcd2-482f-bdb6-24461b2d47b1'
const snapshotUuid = '3c1f7a52-6d0e-4b1b-9a43-1f0c8e5d7b90'
const objectsUserId = '6fe39134bf4178747eebc429f82cfafdd08891d4279d0d899bc4012db1db6a15'
const since = '2026-11-22T12:00:00.000000Z'
const actionId = '019ab4a4-7c5e-7b3c-9f43-5b8d6c1c7a10'
const busy = { object: "Server 'web-1'", since, actionId, initiator: 'ci' }

// Of a cause, the customer is told nothing.
const cause = new ServiceUnavailableException('The cloud is not there.')

// Of a record, an exception reads the name and the state only.
const server = { uuid: serverUuid, name: 'web-1', status: 'running' } as ServerRecord
const floatingIp = {
  uuid,
  address: '192.0.2.7',
  prefixLength: 32,
  nextHop: '203.0.113.5',
} as FloatingIpRecord
const group = { uuid, name: 'frontends' } as ServerGroupRecord
const pool = { uuid, name: 'web' } as PoolRecord
const network = { uuid, name: 'backend' } as NetworkRecord
const objectsUser = { uuid: objectsUserId, name: 'backups' } as ObjectsUserRecord
const subnet = { uuid, cidr: '10.0.0.0/24' } as SubnetRecord
const volume = { uuid, name: 'web-1-root', isRoot: true } as VolumeRecord
const snapshot = { uuid: snapshotUuid, name: 'before the upgrade' } as VolumeSnapshotRecord

/** What the panel tells its API's users of each exception that they can meet. */
export const panelReference = exceptionReference(exceptions, {
  service: 'panel',
  statusOf: panelStatusOf,
  // It takes empty bodies, and has neither a deadline of its own nor a bound on its concurrency.
  without: ['EmptyBodyException', 'DeadlineExceededException', 'OverloadedException'],
  descriptions: {
    ActionsStoppingException: {
      meaning: 'The panel is being restarted. Nothing was begun; try again in a few seconds.',
      example: () => new exceptions.ActionsStoppingException('server.create'),
    },
    AddressIsNextHopException: {
      meaning:
        'A server can not lose a public address that floating IPs lead to. Assign them to another server first, or delete them.',
      example: () => new exceptions.AddressIsNextHopException(server, [floatingIp]),
    },
    AddressPoolExhaustedException: {
      meaning: 'Every public address of the zone is taken. Choose another zone, or try again later.',
      example: () => new exceptions.AddressPoolExhaustedException('rma1', 4),
    },
    BucketUsageUnavailableException: {
      meaning:
        'The object store does not tell what its buckets were used for at the moment. Try again in a minute.',
      example: () => new exceptions.BucketUsageUnavailableException(cause),
    },
    CalledOffException: {
      meaning:
        'Somebody called the action off while the request waited for its end. All is as it was before.',
      example: () => new exceptions.CalledOffException(actionId, cause),
    },
    CustomImageImportNotFoundException: {
      meaning: 'There is no such import of an image in the project.',
      example: () => new exceptions.CustomImageImportNotFoundException(uuid, 'Not found.'),
    },
    CustomImageNotFoundException: {
      meaning:
        'There is no such custom image in the project. For a day after an import that failed, the detail says why it did.',
      example: () => new exceptions.CustomImageNotFoundException(uuid, 'Not found.'),
    },
    FloatingIpNotFoundException: {
      meaning:
        'There is no such floating IP in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.FloatingIpNotFoundException(uuid, 'Not found.'),
    },
    FloatingPoolExhaustedException: {
      meaning: 'Every floating address of the kind and region is taken. Try again later, or ask support.',
      example: () =>
        new exceptions.FloatingPoolExhaustedException('rma/32', {
          version: 4,
          isNetwork: false,
          region: 'rma',
        }),
    },
    HealthMonitorNotFoundException: {
      meaning:
        'There is no such health monitor in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.HealthMonitorNotFoundException(uuid, 'Not found.'),
    },
    IdempotencyKeyReusedException: {
      meaning:
        'The Idempotency-Key was used for another request within the last day. Repeat a request as it was, or give a new one a key of its own.',
      example: () =>
        new exceptions.IdempotencyKeyReusedException(
          'order-7',
          { action: 'server.create', actionId },
          'server.create',
        ),
    },
    ImageNotImportedException: {
      meaning:
        'What the URL of an image leads to can not be imported. No answer has this exception: the import says so in its error_message, and its action in its reason.',
      example: () => new exceptions.ImageNotImportedException('Expected HTTP 200, got HTTP 404'),
    },
    ListenerNotFoundException: {
      meaning:
        'There is no such listener in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.ListenerNotFoundException(uuid, 'Not found.'),
    },
    LoadBalancerNotFoundException: {
      meaning:
        'There is no such load balancer in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.LoadBalancerNotFoundException(uuid, 'Not found.'),
    },
    MaintenanceException: {
      meaning:
        'Maintenance is under way: everything can be looked at, but nothing can be changed. Nothing was begun; try again when Retry-After says.',
      example: () =>
        new exceptions.MaintenanceException(
          { untilMs: Date.parse('2026-11-22T20:00:00Z'), message: 'The storage is being enlarged.' },
          Date.parse('2026-11-22T19:30:00Z'),
        ),
    },
    MalformedFormException: {
      meaning: 'The body claims to be a form and can not be read as one. Check its boundary.',
      example: () => new exceptions.MalformedFormException({ cause: undefined }),
    },
    MalformedIdempotencyKeyException: {
      meaning: 'The header Idempotency-Key is there, and nothing in it can be a key.',
      example: () => new exceptions.MalformedIdempotencyKeyException(),
    },
    MemberNotFoundException: {
      meaning:
        'There is no such member in the pool. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.MemberNotFoundException(uuid, 'Not found.'),
    },
    NestedTooDeeplyException: {
      meaning: 'Lists and objects lie in each other more levels deep than any request needs.',
      example: () => new exceptions.NestedTooDeeplyException(),
    },
    NetworkInUseException: {
      meaning:
        'A network can not be deleted while something is on it. The detail lists what is; delete that first, or take it off.',
      example: () =>
        new exceptions.NetworkInUseException(network, [{ kind: 'server', uuid: serverUuid, name: 'web-1' }]),
    },
    NetworkNotFoundException: {
      meaning:
        'There is no such network in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.NetworkNotFoundException(uuid, 'Not found.'),
    },
    NoCapacityException: {
      meaning:
        'No host or store of the zone has room for what was asked. Choose another zone or flavor, or try again later.',
      example: () => new exceptions.NoCapacityException('rma1', 'a server of flavor flex-8-4'),
    },
    NotCancellableException: {
      meaning: 'The action is past the point up to which it can be undone, or has ended. Wait for its end.',
      example: () => new exceptions.NotCancellableException(actionId, 'running'),
    },
    NotDoneException: {
      meaning:
        'A system behind the panel did not do its part, and what had been begun was undone: all is as it was before. Try again.',
      example: () =>
        new exceptions.NotDoneException(
          'a volume could not be made, because a system behind this service did not do its part.',
          actionId,
          cause,
        ),
    },
    ObjectBusyException: {
      meaning:
        'Another action runs on the object, and lasted longer than a request waits. Try again when it has ended.',
      example: () => new exceptions.ObjectBusyException({ ...busy, change: 'being created' }),
    },
    ObjectLockedException: {
      meaning: 'As ObjectBusyException: an action has the object to itself, or is waiting for it.',
      example: () => new exceptions.ObjectLockedException({ ...busy, change: 'busy with its resize' }),
    },
    ObjectWatchedException: {
      meaning:
        "As ObjectBusyException: an action has ended without the cloud's answer, and its effect may still come. The object is free once that is certain.",
      example: () =>
        new exceptions.ObjectWatchedException({
          ...busy,
          change: `being watched until ${since} for a late effect of its stop, whose answer was lost`,
          since: undefined,
        }),
    },
    OnlyOneAttributeException: {
      meaning: 'A request changes one attribute at a time. Send one request for each.',
      example: () => new exceptions.OnlyOneAttributeException(['name', 'flavor']),
    },
    PanelQuotaExceededException: {
      meaning: 'More was asked than the project may have. The limit and its present use are in the data.',
      example: () => new exceptions.PanelQuotaExceededException('servers', 10, 10, 1),
    },
    ProjectDeletedException: {
      meaning: 'The project of the token was deleted while the request was under way. Nothing was done.',
      example: () => new exceptions.ProjectDeletedException(),
    },
    ProjectSuspendedException: {
      meaning:
        'Operators have suspended the project: everything is kept as it is and can be looked at, but nothing can be changed. The detail says why, as far as they want it known.',
      example: () => new exceptions.ProjectSuspendedException({ since, message: 'An invoice is overdue.' }),
    },
    RateLimitExceededException: {
      meaning:
        'The token is used for more requests than it may be. Wait as long as Retry-After says; looking at an object that is changing costs nothing.',
      example: () => new exceptions.RateLimitExceededException({ perSecond: 20, burst: 60 }, 1000),
    },
    PoolInUseException: {
      meaning:
        'A pool can not be deleted while listeners hand their connections to it. The detail lists them; delete those first.',
      example: () =>
        new exceptions.PoolInUseException(pool, [{ kind: 'listener', uuid: serverUuid, name: 'https' }]),
    },
    PoolNotFoundException: {
      meaning:
        'There is no such pool of a load balancer in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.PoolNotFoundException(uuid, 'Not found.'),
    },
    ProjectActionNotFoundException: {
      meaning: 'There is no such action in the project.',
      example: () => new exceptions.ProjectActionNotFoundException(actionId),
    },
    ReadOnlyTokenException: {
      meaning: 'The token may look and not change. Use one that may write.',
      example: () => new exceptions.ReadOnlyTokenException('monitoring', 'DELETE'),
    },
    RecordsUnavailableException: {
      meaning: "The panel's own records can not be reached at the moment. Nothing was changed; try again.",
      example: () => new exceptions.RecordsUnavailableException('disk I/O error', { cause: undefined }),
    },
    RootVolumeException: {
      meaning: 'A root volume is deleted together with its server. Delete the server.',
      example: () => new exceptions.RootVolumeException(volume),
    },
    ObjectsUserHasBucketsException: {
      meaning:
        'An objects user can not be deleted while it has buckets. The detail names them; delete them with the user’s keys first.',
      example: () =>
        new exceptions.ObjectsUserHasBucketsException(objectsUser, [
          { name: 'photos', userId: objectsUserId },
        ]),
    },
    ObjectsUserNotFoundException: {
      meaning:
        'There is no such objects user in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.ObjectsUserNotFoundException(objectsUserId, 'Not found.'),
    },
    RouterInterfaceNotFoundException: {
      meaning: 'The router has no such interface.',
      example: () => new exceptions.RouterInterfaceNotFoundException(uuid),
    },
    RouterNotFoundException: {
      meaning:
        'There is no such router in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.RouterNotFoundException(uuid, 'Not found.'),
    },
    ServerGroupInUseException: {
      meaning:
        'A server group can not be deleted while servers are in it. The detail lists them; delete them first.',
      example: () =>
        new exceptions.ServerGroupInUseException(group, [
          { kind: 'server', uuid: serverUuid, name: 'web-1' },
        ]),
    },
    ServerGroupNotFoundException: {
      meaning:
        'There is no such server group in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.ServerGroupNotFoundException(uuid, 'Not found.'),
    },
    ServerNotFoundException: {
      meaning:
        'There is no such server in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.ServerNotFoundException(serverUuid, 'Not found.'),
    },
    ServerStateException: {
      meaning: 'The server is in a state that does not allow this. Bring it into the needed one first.',
      example: () => new exceptions.ServerStateException(server, 'stopped', 'to change its flavor'),
    },
    SubnetFullException: {
      meaning: 'Every address of the subnets is taken. Add a subnet to the network, or free some.',
      example: () => new exceptions.SubnetFullException([subnet]),
    },
    SubnetInUseException: {
      meaning: 'A subnet can not be deleted while something has an address of it. The detail lists what has.',
      example: () =>
        new exceptions.SubnetInUseException(subnet, [{ kind: 'server', uuid: serverUuid, name: 'web-1' }]),
    },
    SubnetNotFoundException: {
      meaning:
        'There is no such subnet in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.SubnetNotFoundException(uuid, 'Not found.'),
    },
    SnapshotsPerVolumeException: {
      meaning:
        'The volume has as many snapshots as a volume can have. Delete one that is not needed any more.',
      example: () => new exceptions.SnapshotsPerVolumeException(volume),
    },
    TokenRequiredException: {
      meaning: 'The request carries no token.',
      example: () => new exceptions.TokenRequiredException(),
    },
    TooManyStreamsException: {
      meaning:
        'The project has as many event streams open as it may have. Close one, or let readers share a stream.',
      example: () => new exceptions.TooManyStreamsException(32),
    },
    UnknownTokenException: {
      meaning: 'Nobody has this token, or it was revoked. Make a new one.',
      example: () => new exceptions.UnknownTokenException(),
    },
    VolumeHasSnapshotsException: {
      meaning:
        'A volume can not be deleted while there are snapshots of it: delete those that are named first.',
      example: () => new exceptions.VolumeHasSnapshotsException(volume, [snapshot]),
    },
    VolumeInUseException: {
      meaning:
        'A volume can only be reverted while nothing writes on it: detach it, or stop the server whose root volume it is.',
      example: () => new exceptions.VolumeInUseException(volume, serverUuid),
    },
    VolumeNotFoundException: {
      meaning: 'There is no such volume in the project.',
      example: () => new exceptions.VolumeNotFoundException(uuid, 'Not found.'),
    },
    VolumeSnapshotNotFoundException: {
      meaning:
        'There is no such volume snapshot in the project. For a day after a creation that failed, the detail says why it did.',
      example: () => new exceptions.VolumeSnapshotNotFoundException(uuid, 'Not found.'),
    },
    VolumesPerServerException: {
      meaning: 'The server has as many volumes as a server can have. Detach one that it does not need.',
      example: () => new exceptions.VolumesPerServerException(serverUuid),
    },
  },
})
