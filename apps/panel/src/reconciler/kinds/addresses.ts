import { repairFloatingIp } from '../../actions/reconcile-floating-ip.ts'
import { repairServerPointer } from '../../actions/reconcile-server.ts'
import { recordedKinds } from '../../records/recorded-kinds.ts'
import { compared, differs, onRecord, type Repair, targetOf } from '../compared-kind.ts'

/** Of a floating IP or of an address of a server. */
const repairPointer: Repair = async (context, finding, options) => {
  const { actions, records } = context
  const address = finding.cloudId ?? ''
  const record = await recordedKinds.pointer.find(records.read, address)
  if (record?.isFloating === true) return onRecord(repairFloatingIp)(context, finding, options)
  return actions.start(repairServerPointer, { ...targetOf(finding), address }, options)
}

export const pointers = compared('pointer', {
  label: 'Reverse DNS entry',
  differences: (pointer, { id, hostname }) =>
    differs(
      pointer.name !== hostname,
      'reverse_ptr',
      `${id} points back to ${pointer.name}; its record says ${hostname}.`,
    ),
  byItself: { reverse_ptr: repairPointer, missing: repairPointer },
})

export const routes = compared('route', {
  label: 'Route',
  differences: (route, { id, nextHop }) =>
    differs(
      route.nextHop !== nextHop,
      'next_hop',
      `${id} leads to ${route.nextHop}; its record says ${nextHop}.`,
    ),
  byItself: { next_hop: onRecord(repairFloatingIp), missing: onRecord(repairFloatingIp) },
})
