import type { StepCaller } from 'evenkeel/actions'
import type { PanelWorld } from './define.ts'
import { setPointer } from './steps/pointer.ts'
import { createPort } from './steps/port.ts'
import type { PlannedInterface } from './wanted-interfaces.ts'

/** Makes the ports of planned interfaces, in their order. */
export async function makePorts(
  zone: string,
  interfaces: readonly PlannedInterface[],
  step: StepCaller<PanelWorld>,
): Promise<string[]> {
  const portIds: string[] = []
  for (const [at, { network, addresses }] of interfaces.entries()) {
    const port = await step(createPort, { zone, network, addresses }, { as: `interface-${at + 1}` })
    portIds.push(port.id)
  }
  return portIds
}

/** Sets the reverse pointers of planned interfaces. */
export async function setPointers(
  interfaces: readonly PlannedInterface[],
  step: StepCaller<PanelWorld>,
): Promise<void> {
  const pointers = interfaces.flatMap((planned, at) =>
    planned.pointers.map(pointer => ({ ...pointer, at: at + 1 })),
  )
  for (const { address, name, at } of pointers) {
    const version = address.includes(':') ? 'ipv6' : 'ipv4'
    await step(setPointer, { address, name }, { as: `interface-${at}-${version}` })
  }
}
