/** What a step is to the customer, who knows neither our systems nor our code. */
export interface StepWords {
  /** What is done: `Making the network interface`. */
  readonly doing: string
  /** Why all was undone, if this was not done: `the network interface could not be made`. */
  readonly notDone: string
}

/** Every step of the panel's actions, by its name. */
export const stepWords: { readonly [step: string]: StepWords } = {
  'addresses.hold': {
    doing: 'Reserving the public addresses',
    notDone: 'the public addresses could not be reserved',
  },
  'addresses.release': {
    doing: 'Giving the public addresses back',
    notDone: 'the public addresses could not be given back',
  },
  'compute.inspection': {
    doing: 'Looking at the server',
    notDone: 'the server could not be looked at',
  },
  'compute.power-inspection': {
    doing: 'Looking at the server',
    notDone: 'the server could not be looked at',
  },
  'compute.port-attachment': {
    doing: 'Attaching the network interface',
    notDone: 'the network interface could not be attached',
  },
  'compute.port-removal': {
    doing: 'Removing the network interface',
    notDone: 'the network interface could not be removed',
  },
  'compute.reboot': { doing: 'Rebooting the server', notDone: 'the server could not be rebooted' },
  'compute.resize': {
    doing: 'Changing the flavor',
    notDone: 'the flavor of the server could not be changed',
  },
  'compute.server': { doing: 'Starting the server', notDone: 'the server could not be started' },
  'compute.server-group': {
    doing: 'Making the server group',
    notDone: 'the server group could not be made',
  },
  'compute.server-removal': { doing: 'Removing the server', notDone: 'the server could not be removed' },
  'compute.start': { doing: 'Starting the server', notDone: 'the server could not be started' },
  'compute.stop': { doing: 'Shutting the server down', notDone: 'the server could not be shut down' },
  'compute.volume-attachment': {
    doing: 'Attaching the volume',
    notDone: 'the volume could not be attached',
  },
  'compute.volume-detachment': {
    doing: 'Detaching the volume',
    notDone: 'the volume could not be detached',
  },
  'dns.floating-pointer': {
    doing: 'Making the reverse DNS entry',
    notDone: 'the reverse DNS entry could not be made',
  },
  'custom-image.removal': { doing: 'Removing the image', notDone: 'the image could not be removed' },
  'dns.pointer': {
    doing: 'Making the reverse DNS entry',
    notDone: 'the reverse DNS entry could not be made',
  },
  'dns.pointer-inspection': {
    doing: 'Looking at the reverse DNS entry',
    notDone: 'the reverse DNS entry could not be looked at',
  },
  'dns.pointer-repair': {
    doing: 'Making the reverse DNS entry',
    notDone: 'the reverse DNS entry could not be made',
  },
  'dns.pointer-removal': {
    doing: 'Removing the reverse DNS entry',
    notDone: 'the reverse DNS entry could not be removed',
  },
  'floating-ip.hold': {
    doing: 'Reserving the floating IP',
    notDone: 'the floating IP could not be reserved',
  },
  'floating-ip.inspection': {
    doing: 'Looking at the floating IP',
    notDone: 'the floating IP could not be looked at',
  },
  'floating-ip.pointer-removal': {
    doing: 'Removing the reverse DNS entry',
    notDone: 'the reverse DNS entry could not be removed',
  },
  'floating-ip.release': {
    doing: 'Giving the floating IP back',
    notDone: 'the floating IP could not be given back',
  },
  'floating-ip.route-withdrawal': {
    doing: 'Taking the floating IP from its target',
    notDone: 'the floating IP could not be taken from its target',
  },
  'interfaces.hold': {
    doing: 'Reserving the addresses',
    notDone: 'the addresses could not be reserved',
  },
  'interfaces.record': {
    doing: 'Recording the network interfaces',
    notDone: 'the network interfaces could not be recorded',
  },
  'interfaces.release': {
    doing: 'Giving the addresses back',
    notDone: 'the addresses could not be given back',
  },
  'images.image': { doing: 'Ordering the image', notDone: 'the image could not be ordered' },
  'images.import': { doing: 'Importing the image', notDone: 'the image could not be imported' },
  'load-balancer-listener.removal': {
    doing: 'Removing the listener',
    notDone: 'the listener could not be removed',
  },
  'load-balancer-member.removal': {
    doing: 'Removing the member',
    notDone: 'the member could not be removed',
  },
  'load-balancer-monitor.removal': {
    doing: 'Removing the health monitor',
    notDone: 'the health monitor could not be removed',
  },
  'load-balancer-pool.removal': {
    doing: 'Removing the pool',
    notDone: 'the pool could not be removed',
  },
  'load-balancer.address-release': {
    doing: 'Giving the addresses back',
    notDone: 'the addresses could not be given back',
  },
  'load-balancer.port-removal': {
    doing: 'Removing the network interface',
    notDone: 'the network interface could not be removed',
  },
  'load-balancer.removal': {
    doing: 'Removing the load balancer',
    notDone: 'the load balancer could not be removed',
  },
  'load-balancer.route-withdrawal': {
    doing: 'Taking the floating IPs from the load balancer',
    notDone: 'the floating IPs could not be taken from the load balancer',
  },
  'load-balancers.listener': {
    doing: 'Making the listener',
    notDone: 'the listener could not be made',
  },
  'load-balancers.listener-inspection': {
    doing: 'Looking at the listener',
    notDone: 'the listener could not be looked at',
  },
  'load-balancers.listener-settings': {
    doing: 'Changing the listener',
    notDone: 'the listener could not be changed',
  },
  'load-balancers.load-balancer': {
    doing: 'Making the load balancer',
    notDone: 'the load balancer could not be made',
  },
  'load-balancers.member': {
    doing: 'Making the member',
    notDone: 'the member could not be made',
  },
  'load-balancers.member-inspection': {
    doing: 'Looking at the member',
    notDone: 'the member could not be looked at',
  },
  'load-balancers.member-settings': {
    doing: 'Changing the member',
    notDone: 'the member could not be changed',
  },
  'load-balancers.monitor': {
    doing: 'Making the health monitor',
    notDone: 'the health monitor could not be made',
  },
  'load-balancers.monitor-inspection': {
    doing: 'Looking at the health monitor',
    notDone: 'the health monitor could not be looked at',
  },
  'load-balancers.monitor-settings': {
    doing: 'Changing the health monitor',
    notDone: 'the health monitor could not be changed',
  },
  'load-balancers.pool': {
    doing: 'Making the pool',
    notDone: 'the pool could not be made',
  },
  'network.inspection': {
    doing: 'Looking at the network',
    notDone: 'the network could not be looked at',
  },
  'network.subnet-inspection': {
    doing: 'Looking at the subnet',
    notDone: 'the subnet could not be looked at',
  },
  'network.mtu': {
    doing: 'Changing the MTU of the network',
    notDone: 'the MTU of the network could not be changed',
  },
  'network.network': { doing: 'Making the network', notDone: 'the network could not be made' },
  'network.port': {
    doing: 'Making the network interface',
    notDone: 'the network interface could not be made',
  },
  'network.port-removal': {
    doing: 'Removing the network interface',
    notDone: 'the network interface could not be removed',
  },
  'network.removal': { doing: 'Removing the network', notDone: 'the network could not be removed' },
  'network.router': { doing: 'Making the router', notDone: 'the router could not be made' },
  'network.router-attachment': {
    doing: 'Attaching the network interface',
    notDone: 'the network interface could not be attached',
  },
  'network.subnet': { doing: 'Making the subnet', notDone: 'the subnet could not be made' },
  'network.subnet-settings': {
    doing: 'Changing the subnet',
    notDone: 'the subnet could not be changed',
  },
  'object-storage.user': {
    doing: 'Making the objects user',
    notDone: 'the objects user could not be made',
  },
  'objects-user.removal': {
    doing: 'Removing the objects user',
    notDone: 'the objects user could not be removed',
  },
  'orphan.removal': {
    doing: 'Removing what nobody has',
    notDone: 'the object that nobody has could not be removed',
  },
  'records.stock': { doing: 'Looking at the server', notDone: 'the server could not be looked at' },
  'records.volume': { doing: 'Looking at the volume', notDone: 'the volume could not be looked at' },
  'router.address-release': {
    doing: 'Giving the addresses back',
    notDone: 'the addresses could not be given back',
  },
  'router.interface-removal': {
    doing: 'Removing the network interface',
    notDone: 'the network interface could not be removed',
  },
  'router.port-removal': {
    doing: 'Removing the network interfaces',
    notDone: 'the network interfaces could not be removed',
  },
  'router.removal': { doing: 'Removing the router', notDone: 'the router could not be removed' },
  'routes.route': {
    doing: 'Leading the floating IP to its target',
    notDone: 'the floating IP could not be led to its target',
  },
  'server-group.removal': {
    doing: 'Removing the server group',
    notDone: 'the server group could not be removed',
  },
  'server.pointer-removal': {
    doing: 'Removing the reverse DNS entries',
    notDone: 'the reverse DNS entries could not be removed',
  },
  'server.port-removal': {
    doing: 'Removing the network interface',
    notDone: 'the network interface could not be removed',
  },
  'server.removal': { doing: 'Removing the server', notDone: 'the server could not be removed' },
  'server.route-withdrawal': {
    doing: 'Taking the floating IPs from the server',
    notDone: 'the floating IPs could not be taken from the server',
  },
  'subnet.removal': { doing: 'Removing the subnet', notDone: 'the subnet could not be removed' },
  'volume-snapshot.removal': {
    doing: 'Removing the snapshot',
    notDone: 'the snapshot could not be removed',
  },
  'volume.detachment': { doing: 'Detaching the volume', notDone: 'the volume could not be detached' },
  'volume.removal': { doing: 'Removing the volume', notDone: 'the volume could not be removed' },
  'volumes.inspection': { doing: 'Looking at the volume', notDone: 'the volume could not be looked at' },
  'volumes.extension-repair': {
    doing: 'Enlarging the volume',
    notDone: 'the volume could not be enlarged',
  },
  'volumes.extension': { doing: 'Enlarging the volume', notDone: 'the volume could not be enlarged' },
  'volumes.revert': { doing: 'Reverting the volume', notDone: 'the volume could not be reverted' },
  'volumes.snapshot': { doing: 'Making the snapshot', notDone: 'the snapshot could not be made' },
  'volumes.volume': { doing: 'Making a volume', notDone: 'a volume could not be made' },
  'volumes.volume-removal': { doing: 'Removing the volume', notDone: 'the volume could not be removed' },
}

const unknown: StepWords = { doing: 'Working on it', notDone: 'a part of it could not be done' }

export function wordsOfStep(step: string): StepWords {
  return stepWords[step] ?? unknown
}
