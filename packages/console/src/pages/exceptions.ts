import { NotFoundException, ServiceUnavailableException } from 'evenkeel'

/** Something under the console's prefix was asked for that is neither a page nor a part of its API. */
export class NoSuchConsolePageException extends NotFoundException {
  constructor(path: string) {
    super(`The console has nothing at ${path}. Its pages begin at its root.`)
  }
}

/** The console's pages were asked for before they have been built. Its API works all the same. */
export class ConsoleNotBuiltException extends ServiceUnavailableException {
  constructor(webRoot: string) {
    super(
      `The console's pages are not at ${webRoot}. Build them with \`vite build\` in packages/console/web.`,
      {
        publicMessage:
          'The pages of the console have not been built on this server. Its API works all the same.',
      },
    )
  }
}
