import { activeTx } from 'evenkeel'

/** The name of the operator who asks for something now. */
export function operatorNow(): string {
  return /^operator:(.*)$/s.exec(activeTx()?.principal ?? '')?.[1] ?? 'operator'
}
