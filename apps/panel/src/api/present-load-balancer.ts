import type { Href } from './href.ts'

/** How other objects show a load balancer. */
export function loadBalancerStub(
  { uuid, name }: { readonly uuid: string; readonly name: string },
  href: Href,
) {
  return { href: href(`load-balancers/${uuid}`), uuid, name }
}
