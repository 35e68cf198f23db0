import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { routerRecords } from '../records/routers.ts'
import type { Db } from '../records/tables.ts'
import { aboutRouter } from './about-router.ts'
import { addRouterInterface } from './add-router-interface.ts'
import { action } from './define.ts'
import { giveBackRouterAddresses, removePortsOfRouter, removeRouterOf } from './steps/router.ts'
import type { Target } from './target.ts'

/** Deletes a router with its interfaces and addresses. Admitted at once, and past its pivot as soon as it holds the router. */
export const deleteRouter = action('router.delete', {
  version: 1,
  input: z.object({ routerUuid: z.string() }),
  output: z.null(),
  steps: [removeRouterOf, removePortsOfRouter, giveBackRouterAddresses],
  queue: 'after-admission',
  cancels: ['router.create', addRouterInterface.name],
  about: (target, db) => aboutRouter(target, db, { action: 'router_delete', done: 'has been deleted' }),
  locks: async ({ uuid }: Target) => [`router:${uuid}`],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    await routerRecords.require(db, projectId, uuid, nowMs)
    await routerRecords.markDeleted(db, uuid, newCreatedAt(nowMs))
    return { routerUuid: uuid }
  },

  run: ({ routerUuid }, { step }) =>
    step.pivot('deletion', [
      [removeRouterOf, { routerUuid }],
      [removePortsOfRouter, { routerUuid }],
      [giveBackRouterAddresses, { routerUuid }],
    ]),

  onEnd: (_end, { routerUuid }, db) => routerRecords.update(db, routerUuid, { change: null }),
})
