import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newTxId, type TxId } from '../../../filters/tx-id.ts'
import { isDamage } from './journal-check.ts'
import { contentOf, copyOf, newPath, started, text } from './journal-file.fixture.ts'
import { JournalFile } from './journal-file.ts'

/** A file after some commits, its last ones not yet moved from the write-ahead log into the main file. */
function writtenFile(commits: number) {
  const path = newPath()
  const file = new JournalFile(path)
  const ids = Array.from({ length: 4 }, () => newTxId())
  const content: { [actionId: string]: string[] } = {}
  /** What the file holds after each commit, and how long its log is then. */
  const states = [{ content: {}, walBytes: statSync(`${path}-wal`).size }]
  for (let commit = 0; commit < commits; commit++) {
    const id = ids[commit % ids.length] as TxId
    const isFirst = content[id] === undefined
    const entries = [text(isFirst ? started('server.create', [id]) : { kind: 'granted' }, commit)]
    if (commit % 3 === 2)
      entries.push(text({ kind: 'done', path: 'p', output: 'x'.repeat(commit * 300) }, commit))
    file.write(entries.map(entry => [id, entry] as const))
    content[id] = [...(content[id] ?? []), ...entries]
    states.push({ content: structuredClone(content), walBytes: statSync(`${path}-wal`).size })
  }
  return { path, file, states }
}

describe('a journal after a loss of power', () => {
  it('has the commits before the one whose bytes are missing, whole, wherever the log was cut', () => {
    const { path, file, states } = writtenFile(6)
    const walBytes = states.at(-1)?.walBytes ?? 0
    // Not every byte: the ends of headers, of pages and of commits, and what lies around them.
    const ends = [0, 32, ...states.map(state => state.walBytes)]
    for (let frame = 32; frame < walBytes; frame += 24 + 4096) ends.push(frame, frame + 24)
    const cuts = new Set(ends.flatMap(end => [end - 1, end, end + 1, end + 2000]))

    for (const cut of cuts) {
      if (cut < 0 || cut > walBytes) continue
      const copy = copyOf(path)
      truncateSync(`${copy}-wal`, cut)

      const whole = states.findLast(state => state.walBytes <= cut) ?? states[0]
      expect(contentOf(copy), `cut at ${cut} of ${walBytes}`).toEqual(whole?.content)
    }
    file.close()
  })

  it('has the commits before the one whose bytes are wrong, whole, whichever byte it is', () => {
    const { path, file, states } = writtenFile(12)
    const firstByte = states[0]?.walBytes ?? 0
    const walBytes = states.at(-1)?.walBytes ?? 0

    fc.assert(
      fc.property(
        fc.integer({ min: firstByte, max: walBytes - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const copy = copyOf(path)
          const bytes = readFileSync(`${copy}-wal`)
          bytes[at] = (bytes[at] as number) ^ change
          writeFileSync(`${copy}-wal`, bytes)

          const whole = states.findLast(state => state.walBytes <= at)
          expect(contentOf(copy)).toEqual(whole?.content)
        },
      ),
      { numRuns: 100 },
    )
    file.close()
  })

  it('goes on from there: what is appended next is kept', () => {
    const { path, file, states } = writtenFile(6)
    const copy = copyOf(path)
    truncateSync(`${copy}-wal`, (states[5]?.walBytes ?? 0) - 1)
    const id = newTxId()

    const after = new JournalFile(copy)
    after.write([[id, text(started('server.delete'))]])
    after.close()

    expect(contentOf(copy)).toEqual({ ...states[4]?.content, [id]: [text(started('server.delete'))] })
    file.close()
  })
})

describe('a damaged journal', () => {
  /** A file of many pages, all of them in the main file. */
  function wholeFile() {
    const { path, file } = writtenFile(40)
    file.close()
    return path
  }

  it('is refused when its end is missing, and left as it is', () => {
    const path = wholeFile()
    truncateSync(path, statSync(path).size - 2 * 4096)
    const before = readFileSync(path)

    expect(() => new JournalFile(path)).toThrow(expect.toSatisfy(isDamage))
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('is refused when its main file is gone and its log is not, and left as it is', () => {
    const { path, file } = writtenFile(3)
    const copy = copyOf(path)
    truncateSync(copy, 0)
    file.close()
    const before = readFileSync(`${copy}-wal`)

    expect(() => new JournalFile(copy)).toThrow(/main file is empty or gone/)
    expect(readFileSync(`${copy}-wal`).equals(before)).toBe(true)
  })

  it('is refused when it is something else altogether', () => {
    const path = newPath()
    writeFileSync(path, 'This is a letter to a friend, and no journal at all.'.repeat(100))

    expect(() => new JournalFile(path)).toThrow(expect.toSatisfy(isDamage))
  })

  it('says so by name at the opening or where it is read, whichever page is damaged, and is left as it is', () => {
    const path = wholeFile()
    const pages = statSync(path).size / 4096
    const verdicts = Array.from({ length: pages }, (_, page) => {
      const copy = copyOf(path)
      const bytes = readFileSync(copy).fill(0x5a, page * 4096, page * 4096 + 200)
      writeFileSync(copy, bytes)
      try {
        contentOf(copy)
        return 'not met'
      } catch (error) {
        return isDamage(error) && readFileSync(copy).equals(bytes) ? 'refused' : error
      }
    })

    expect(new Set(verdicts)).toEqual(new Set(['refused', 'not met']))
    expect(verdicts.filter(verdict => verdict === 'refused').length).toBeGreaterThan(pages / 2)
  })
})

describe('closed histories', () => {
  function fileWithClosed(count: number) {
    const path = newPath()
    const file = new JournalFile(path)
    const ids = Array.from({ length: count }, () => newTxId())
    for (const [nth, id] of ids.entries()) {
      file.write([
        [id, text(started('server.create', [`server:${nth}`]))],
        [id, text({ kind: 'closed' }, nth)],
      ])
    }
    return { path, file, ids }
  }

  /** How many rows a table has. */
  function rowsOf(path: string, table: string): unknown {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      return db.prepare(`select count(*) as rows from ${table}`).get()?.['rows']
    } finally {
      db.close()
    }
  }

  it('leave the table of entries for the archive, a few at a time', () => {
    const { path, file } = fileWithClosed(20)

    expect(rowsOf(path, 'entries')).toBe(40)
    expect(file.tidy(0)).toBe(true)
    expect([rowsOf(path, 'entries'), rowsOf(path, 'archive')]).toEqual([8, 16])
    while (file.tidy(0));
    expect([rowsOf(path, 'entries'), rowsOf(path, 'archive')]).toEqual([0, 20])
    file.close()
  })

  it('are read the same before and after', () => {
    const { path, file } = fileWithClosed(3)
    const before = contentOf(path)

    file.tidy(0)
    file.close()

    expect(contentOf(path)).toEqual(before)
  })

  it('are removed from every table when they are old, a few at a time', () => {
    const { path, file } = fileWithClosed(20)
    while (file.tidy(0));

    expect(file.tidy(18)).toBe(true)
    expect(rowsOf(path, 'actions')).toBe(4)
    while (file.tidy(18));

    for (const table of ['actions', 'archive', 'action_locks']) expect(rowsOf(path, table)).toBe(2)
    file.close()
  })

  it('are tidied away by the next process when this one ended before', () => {
    const { path, file } = fileWithClosed(3)
    file.close()

    const next = new JournalFile(path)
    next.tidy(0)
    next.close()

    expect(rowsOf(path, 'archive')).toBe(3)
  })
})

describe('a journal of the first format', () => {
  /** As the release before wrote it. */
  function oldFile(entries: readonly (readonly [TxId, string])[]): string {
    const path = newPath()
    const db = new DatabaseSync(path)
    db.exec(`
      pragma journal_mode = wal;
      create table journal (id text not null);
      create table actions (id text primary key, is_open integer not null default 1) without rowid;
      create index open_actions on actions (id) where is_open = 1;
      create table entries (number integer primary key, action_id text not null, entry text not null);
      create index entries_of_action on entries (action_id, number);
      pragma user_version = 1;
      insert into journal (id) values ('journal-1');
    `)
    for (const [id, entry] of entries) {
      db.prepare('insert or ignore into actions (id) values (?)').run(id)
      db.prepare('insert into entries (action_id, entry) values (?, ?)').run(id, entry)
      if (entry.includes('"closed"')) db.prepare('update actions set is_open = 0 where id = ?').run(id)
    }
    db.close()
    return path
  }

  it('is brought to the present one, with all that is in it', () => {
    const [open, closed] = [newTxId(), newTxId()]
    const path = oldFile([
      [open, text(started('server.create', ['server:1']))],
      [closed, text(started('server.delete', ['server:2']))],
      [open, text({ kind: 'done', path: 'port', output: { id: 'p1' } })],
      [closed, text({ kind: 'closed' })],
    ])

    const file = new JournalFile(path)
    const found = (query: object) => {
      const answer = file.read({ kind: 'query', query }, 0)
      return 'histories' in answer ? answer.histories : []
    }

    expect(file.id).toBe('journal-1')
    expect(found({ lock: 'server:1' })).toMatchObject([{ actionId: open, isClosed: false }])
    expect(found({ lock: 'server:1' })[0]?.entries).toHaveLength(2)
    expect(found({ name: 'server.delete' })).toMatchObject([{ actionId: closed, isClosed: true }])
    file.close()
  })

  it('is brought over even if one of its entries is unreadable', () => {
    const id = newTxId()
    const path = oldFile([
      [id, text(started('server.create'))],
      [id, 'scribble'],
    ])

    expect(contentOf(path)).toEqual({ [id]: [text(started('server.create')), 'scribble'] })
  })
})
