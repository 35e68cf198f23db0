import { createHash } from 'node:crypto'
import type { Listed, ListPage } from '../cloud.ts'
import type { CloudImport, ImageContent, NewImport, SourceFormat } from '../images.ts'
import type { CloudDatabase } from './database.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  requireSound,
  settle,
  statusOf,
} from './objects.ts'

/** What the world has to do with where images come from. */
export interface ImageSupply {
  /** The size of an image whose URL counts as present without being fetched, in GB; undefined for one that is fetched. */
  listedGb(url: string): number | undefined
  /** What is to be fetched has changed. Told before it is certain: it is looked at when the database transaction has ended. */
  wake(): void
}

export function importImage(moment: Moment, { key, ...wanted }: NewImport): CloudImport {
  const { name, zones, url, format, firmwareType } = wanted
  requireSound(moment, key !== '', 'an image needs a key')
  requireSound(moment, zones.length > 0, `image ${name} needs a zone`)
  const id = insertObject(moment, { kind: 'image', key, zone: null })
  moment.db.run(
    'insert into images (id, name, zones, url, format, firmware_type) values (?, ?, ?, ?, ?, ?)',
    id,
    name,
    JSON.stringify(zones),
    url,
    format,
    firmwareType,
  )
  const listedGb = moment.images.listedGb(url)
  if (listedGb !== undefined) keepContent(moment.db, id, listedContent(url, listedGb))
  // What was never fetched settles like everything else: in time.
  if (listedGb !== undefined || moment.fault !== undefined) {
    begin(moment, id, 'create', settlingMs.imageImported)
  } else moment.images.wake()
  return importById(moment, id) as CloudImport
}

export function deleteImport(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'image', id)
  if (object === undefined) return
  beginRemoval(moment, object, settlingMs.imageDeleted)
  moment.images.wake()
}

interface ImageRow extends ObjectRow {
  readonly name: string
  /** A list, in JSON. */
  readonly zones: string
  readonly problem: string | null
  readonly size_bytes: number | null
  readonly md5: string | null
  readonly sha256: string | null
}

export function importById({ db }: Pick<Moment, 'db'>, id: string): CloudImport | undefined {
  const row = rowOf(db, id)
  return row && presentImport(row)
}

export function importsWithKey(moment: Moment, key: string): readonly CloudImport[] {
  return objectsWithKey<ImageRow>(moment, 'images', key).map(presentImport)
}

export function listImports(moment: Moment, page: ListPage): readonly Listed<CloudImport>[] {
  return listObjects(moment, 'image', page, presentImport)
}

/** What an imported image that is ready holds, if the zone has it. */
export function contentIn({ db }: Moment, zone: string, id: string): ImageContent | undefined {
  const row = rowOf(db, id)
  if (row === undefined || !(JSON.parse(row.zones) as readonly string[]).includes(zone)) return undefined
  return presentImport(row).content
}

function rowOf(db: CloudDatabase, id: string): ImageRow | undefined {
  return objectWithId<ImageRow>({ db }, 'images', id)
}

function presentImport(row: ImageRow): CloudImport {
  const { id, state, size_bytes: sizeBytes, md5, sha256 } = row
  const isKnown = sizeBytes !== null && md5 !== null && sha256 !== null
  return {
    id,
    content: state === 'ready' && isKnown ? { sizeBytes, md5, sha256 } : undefined,
    problem: row.problem ?? undefined,
    status: statusOf(row),
  }
}

/** An image that is to be fetched. */
export interface Order {
  readonly id: string
  readonly url: string
  readonly format: SourceFormat
}

/** What is being made and does not settle by itself, oldest first. */
const isOrdered = `kind = 'image' and task = 'create' and settles_at_ms is null`

/** What is to be fetched, oldest first. */
export function imageOrders(db: CloudDatabase): readonly Order[] {
  return db.all<Order>(
    `select id, url, format from objects join images using (id) where ${isOrdered} order by seq`,
  )
}

/** How fetching an image ended. */
export type Fetching =
  | { readonly content: ImageContent }
  /** By what its URL leads to. */
  | { readonly problem: string }
  /** By ourselves. */
  | { readonly fault: string }

/** Settles an image that was ordered. One that nobody wants any more is let be. */
export function settleOrder(db: CloudDatabase, id: string, ended: Fetching): void {
  if (db.one(`select 1 from objects where id = ? and ${isOrdered}`, id) === undefined) return
  if ('content' in ended) keepContent(db, id, ended.content)
  else {
    const problem = 'problem' in ended ? ended.problem : null
    db.run('update images set problem = ? where id = ?', problem, id)
    const fault = 'problem' in ended ? ended.problem : ended.fault
    db.run('update objects set settle_fault = ? where id = ?', fault, id)
  }
  settle(db, id)
}

function keepContent(db: CloudDatabase, id: string, { sizeBytes, md5, sha256 }: ImageContent): void {
  db.run('update images set size_bytes = ?, md5 = ?, sha256 = ? where id = ?', sizeBytes, md5, sha256, id)
}

/** Nothing was fetched: what there are checksums of is the URL itself. */
function listedContent(url: string, sizeGb: number): ImageContent {
  const checksum = (algorithm: string) => createHash(algorithm).update(url).digest('hex')
  return { sizeBytes: sizeGb * 2 ** 30, md5: checksum('md5'), sha256: checksum('sha256') }
}
