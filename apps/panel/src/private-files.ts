/** Has every file that the process makes be for its user's eyes only, whatever the user's shell is set to: SQLite makes files of its own. */
export function keepFilesPrivate(): void {
  process.umask(0o077)
}
