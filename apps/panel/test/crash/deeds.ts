import { NotFoundException } from 'evenkeel'
import type { HttpCall } from 'evenkeel/client'
import type { Chance } from './chance.ts'
import { changeOne } from './change-thing.ts'
import type { Reply } from './customer.ts'
import { type Deed, type DeedOptions, mayRefuseDeletion, settle } from './deed.ts'
import { type Finding, finding } from './finding.ts'
import { lookAtOne } from './look-at-thing.ts'
import { adopt, ask, deletionOf, labelOf, type OwnedServer } from './model.ts'
import { orderOne } from './order-thing.ts'
import { removeOne } from './remove-thing.ts'
import { isTellingWhy, type SeenServer } from './seen.ts'
import { oneOf } from './thing-asks.ts'

/** What customers do, by how often. */
export const deeds: readonly (readonly [weight: number, deed: Deed])[] = [
  [5, create],
  [8, change],
  [2, mark],
  [3, remove],
  [2, removeVolume],
  [14, orderOne],
  [14, changeOne],
  [8, removeOne],
  [5, look],
  [3, lookAtOne],
]

/** Few enough for the quota, and for each of them to be struck often. */
const serversMax = 10
const flavors = ['flex-4-1', 'flex-4-2', 'flex-8-2', 'flex-8-4']

async function create(options: DeedOptions): Promise<void> {
  const { model, customer, chance } = options
  if (model.servers.filter(isWanted).length >= serversMax) return
  const server = model.order(chance.oneOf(flavors), newMark(chance))
  const volumes = Array.from({ length: chance.whole(0, 2) }, () => ({ size_gb: chance.whole(1, 40) }))
  const { name, flavor } = server
  const ownImage = chance.hits(0.3) ? oneOf(options, 'custom-image')?.id : undefined
  const reply = await customer.ask(labelOf(server), {
    method: 'POST',
    path: '/servers',
    body: {
      name,
      flavor,
      image: ownImage ?? 'debian-13',
      volumes,
      interfaces: connection(options),
      ssh_keys: [sshKey],
      tags: tagsOf(server.marks[0]),
    },
  })
  settle(server.asks[0], reply)
  if (reply.kind === 'refused') model.withdraw(server)
  if (reply.kind === 'acknowledged') adopt(server, reply.body as SeenServer)
}

async function change(options: DeedOptions): Promise<void> {
  const { model, customer, findings, chance } = options
  await withServer({ model, chance }, async server => {
    const [action, asked] = changeOf(server, chance)
    const flavor = action === 'server.resize' ? chance.oneOf(flavors) : undefined
    const path = `/servers/${server.uuid}`
    const calls: { readonly [asked: string]: HttpCall } = {
      flavor: { method: 'PATCH', path, body: { flavor: flavor ?? null } },
      interfaces: { method: 'PATCH', path, body: { interfaces: connection(options) } },
    }
    const call = calls[asked] ?? { method: 'POST', path: `${path}/${asked}` }
    const change = ask(server, action, flavor)
    const reply = await customer.ask(labelOf(server), call)
    settle(change, reply)
    // Acknowledged, and no action: the server was as it was asked to be.
    if (reply.kind === 'acknowledged' && reply.actionId === undefined) change.answer = 'refused'
    judge(server, reply, findings)
  })
}

async function mark({ model, customer, findings, chance }: DeedOptions): Promise<void> {
  await withServer({ model, chance }, async server => {
    const before = server.marks
    const wanted = newMark(chance)
    server.marks = [...before, wanted]
    const reply = await customer.ask(labelOf(server), {
      method: 'PATCH',
      path: `/servers/${server.uuid}`,
      body: { tags: tagsOf(wanted) },
    })
    if (reply.kind === 'acknowledged') server.marks = [wanted]
    if (reply.kind === 'refused') server.marks = before
    judge(server, reply, findings)
  })
}

/** Also of a server that somebody is at, or that is only being created: deleting always works. */
async function remove({ model, customer, findings, chance }: DeedOptions): Promise<void> {
  const { present } = model
  if (!chance.hits(present.length / serversMax)) return // so that there are always some to change
  const server = chance.oneOf(present)
  const deletion = ask(server, 'server.delete')
  const reply = await customer.ask(labelOf(server), { method: 'DELETE', path: `/servers/${server.uuid}` })
  settle(deletion, reply)
  judge(server, reply, findings)
  if (reply.kind === 'refused' && !mayRefuseDeletion(reply.exception)) {
    findings.push(finding(labelOf(server), `could not be deleted: ${reply.exception.message}`))
  }
}

async function removeVolume({ model, customer, chance }: DeedOptions): Promise<void> {
  const detached = model.servers
    .filter(server => deletionOf(server) === 'acknowledged')
    .flatMap(({ volumes }) => volumes)
    .filter(volume => !volume.isRoot && !volume.isSeenGone && deletionOf(volume) === undefined)
  if (detached.length === 0) return
  const volume = chance.oneOf(detached)
  const deletion = ask(volume, 'volume.delete')
  const reply = await customer.ask(`volume ${volume.uuid}`, {
    method: 'DELETE',
    path: `/volumes/${volume.uuid}`,
  })
  settle(deletion, reply)
  // Which may be right: its server's creation may have been called off. The end of the run tells.
  if (reply.kind === 'refused' && reply.exception instanceof NotFoundException) volume.isSeenGone = true
}

async function look({ model, customer, findings, chance }: DeedOptions): Promise<void> {
  await withServer({ model, chance }, async server => {
    const reply = await customer.ask(labelOf(server), { path: `/servers/${server.uuid}` })
    judge(server, reply, findings)
    if (reply.kind !== 'acknowledged') return
    const { status, tags } = reply.body as SeenServer
    if (status !== 'changing') server.hasRun = true
    const { mark = 'none' } = tags
    if (!server.marks.includes(mark)) {
      findings.push(
        finding(labelOf(server), `has the tag ${mark}, and must have ${server.marks.join(' or ')}`),
      )
    }
  })
}

/** Mostly one that makes sense. What does not is refused, and nobody may come to harm by that either. */
function changeOf({ asks }: OwnedServer, chance: Chance): readonly [action: string, asked: string] {
  const power = asks.findLast(({ action }) => /\.(create|start|stop)$/.test(action))
  const isStopped = power?.action === 'server.stop' && power.answer === 'acknowledged'
  const sense = chance.hits(0.1) ? !isStopped : isStopped
  return chance.weighted<readonly [string, string]>(
    sense
      ? [
          [2, ['server.start', 'start']],
          [3, ['server.resize', 'flavor']],
          [2, ['server.change-interfaces', 'interfaces']],
        ]
      : [
          [3, ['server.stop', 'stop']],
          [1, ['server.reboot', 'reboot']],
          [2, ['server.change-interfaces', 'interfaces']],
        ],
  )
}

/** Nobody may be told that a server is not there, but who deleted it or whose creation failed. */
function judge(server: OwnedServer, reply: Reply, findings: Finding[]): void {
  if (reply.kind !== 'refused' || !(reply.exception instanceof NotFoundException)) return
  const { message } = reply.exception
  if (isTellingWhy(message) && !server.hasRun) {
    server.isRolledBack = true
  } else if (deletionOf(server) === undefined) {
    findings.push(finding(labelOf(server), `is lost: ${message}`, server.asks[0].actionId))
  }
}

/** Works on a server that must be there and that nobody else works on. */
async function withServer(
  { model, chance }: Pick<DeedOptions, 'model' | 'chance'>,
  work: (server: OwnedServer) => Promise<void>,
): Promise<void> {
  const free = model.present.filter(({ isClaimed }) => !isClaimed)
  // What is only being created makes a change wait, often for longer than the panel lives.
  const running = free.filter(({ hasRun }) => hasRun)
  const choices = running.length > 0 && chance.hits(0.8) ? running : free
  if (choices.length === 0) return
  const server = chance.oneOf(choices)
  server.isClaimed = true
  try {
    await work(server)
  } finally {
    server.isClaimed = false
  }
}

/** Whether it takes, or may be about to take, a place in the quota. */
function isWanted(server: OwnedServer): boolean {
  return server.asks[0].answer !== 'refused' && !server.isRolledBack && deletionOf(server) !== 'acknowledged'
}

/** To the public network, and often to one that somebody has made. */
function connection(options: DeedOptions): { network: string }[] {
  const network = options.chance.hits(0.4) ? oneOf(options, 'network')?.id : undefined
  return [{ network: 'public' }, ...(network === undefined ? [] : [{ network }])]
}

function newMark(chance: Chance): string {
  return `m${chance.whole(0, 1e9)}`
}

function tagsOf(mark: string | undefined): { readonly mark: string } {
  return { mark: mark ?? 'none' }
}

const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== crash'
