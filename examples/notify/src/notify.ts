import { fanOut } from 'evenkeel'
import type { Phone } from './phone.ts'
import type { Post } from './post.ts'
import type { Tablet } from './tablet.ts'

/** Tells a user something on every way that there is. One that fails keeps none of the others from succeeding. */
export function notifier({ phone, tablet, post }: { phone: Phone; tablet: Tablet; post: Post }) {
  return (user: string, text: string) =>
    fanOut({
      phone: () => phone.ring(user, text),
      tablet: () => tablet.show(user, text),
      email: () => post.send(user, text),
    })
}
