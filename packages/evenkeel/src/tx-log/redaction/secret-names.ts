/** A name as its words run together, so that `user_data`, `userData` and `User-Data` are one. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

const secretWords = [
  'authorization',
  'cookie',
  'credential',
  'passphrase',
  'passwd',
  'password',
  'pwd',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'userdata',
  'onetimecode',
] as const

/** Whether a value under this name is a secret, whatever it looks like. Rather once too often: a log loses little by it. */
export function isSecretName(name: string): boolean {
  const words = plain(name)
  return secretWords.some(word => words.includes(word))
}
