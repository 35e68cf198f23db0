import { expect, it } from 'vitest'
import { floatingPoolFor } from './floating-pools.ts'
import { providerNameServers } from './name-servers.ts'

it('the name servers of the provider have addresses that nobody is given', () => {
  for (const region of ['rma', 'lpg', null]) {
    const { size, addressOf } = floatingPoolFor({ version: 4, isNetwork: false, region })
    const given = new Set(Array.from({ length: size }, (_, ordinal) => addressOf(ordinal)))
    expect(providerNameServers.filter(address => given.has(address))).toEqual([])
  }
})
