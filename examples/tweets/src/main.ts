import { randomBytes } from 'node:crypto'
import { watchSearch } from './load.ts'
import { openTweets, serviceNames, type Tweets } from './tweets.ts'

// The program: five services, a console at each, and somebody who searches all the time.
const port = Number(process.env['PORT'] ?? 8090)
const token = randomBytes(12).toString('base64url')
const tweets = await openTweets({ port, operators: { token, sessionKey: randomBytes(32) } }).catch(refuse)
console.log(menu(tweets))
const load = watchSearch({ url: tweets.listeners.search.url, say: line => console.log(line) })

let isEnding = false
const end = async (): Promise<void> => {
  if (isEnding) return
  isEnding = true
  await load.stop()
  await tweets[Symbol.asyncDispose]()
}
process.on('SIGINT', end)
process.on('SIGTERM', end)

function menu({ listeners, troubles }: Tweets): string {
  const front = listeners.search.url
  const consoles = serviceNames.map(name => `  ${name.padEnd(8)} ${listeners[name].url}/console`)
  const begins = troubles.map(({ name }) => `  curl -X POST ${front}/trouble/${name}`)
  return `Consoles (token ${token}; signing in at one is enough)
${consoles.join('\n')}

Search
  curl '${front}/search?q=tea'

Cause trouble, and look for its name in the consoles
${begins.join('\n')}
  curl -X DELETE ${front}/trouble     # all is well again

Or be the trouble
  curl ${front}/users/nobody          # a wrong id
  curl ${front}/usrs/ada              # a wrong route
  curl '${front}/search?q='           # a wrong question
  curl '${front}/search?q=farewell'   # a tweet whose author has left
  curl -X POST ${front}/tweets -H 'Content-Type: application/json' -d '{"author": "ada", "text": "hi"}'
                                      # twice: the second is discarded
`
}

/** A reason instead of a stack: nothing is broken but the start. */
function refuse(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error)
  console.error(`Can't listen on five ports from ${process.env['PORT'] ?? port} on: ${reason}`)
  console.error('Set PORT to another number.')
  process.exit(1)
}
