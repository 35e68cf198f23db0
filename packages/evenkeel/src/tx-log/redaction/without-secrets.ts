/** What stands in a log in the place of a secret. */
export const secretMark = '[secret]'

/**
 * The text with everything in it that looks like a secret replaced by `[secret]`: credentials of HTTP, JSON Web
 * Tokens, private keys, keys by the prefixes that their makers gave them to be found by, passwords in URLs, and
 * whatever follows a name such as `password=`.
 *
 * It is the second line: the first is that nothing is logged that wasn't declared. What is secret and looks like any
 * other word, it can't know.
 */
export function withoutSecrets(text: string): string {
  // Nearly every text is innocent: one look costs a twentieth of what the replacing does.
  if (!suspicious.test(text) && !text.includes('@')) return text
  return patterns.reduce((masked, [pattern, mark]) => masked.replace(pattern, mark), text)
}

// Four characters of every word that a pattern below can begin with, each in both cases: in this form, without the flag
// for it and with nothing shorter, the regular expression skips most of a text unread.
const suspicious = new RegExp(
  [
    ...[
      'auth',
      'bear',
      'basi',
      'dige',
      'nego',
      'cook',
      'cred',
      'pass',
      'secr',
      'toke',
      'er_d',
      'er-d',
      'erda',
    ],
    ...['glpa', 'rk_l', 'npm_', 'pypi', 'dop_', 'whse', 'b_pa', 'akia', 'asia', 'aiza'],
  ]
    .map(word => word.replaceAll(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}]`))
    .concat(
      '[pP][wW][dD][^]',
      '[kK][eE][yY][^]',
      'eyJ[^]',
      'gh[oprsu]_',
      'sk[-_][^]',
      'xox[^]',
      'hf_[^]',
      'SG\\.[^]',
    )
    .join('|'),
)

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, secretMark],
  // `Bearer` is a word too ("Bearer token is missing"): what follows must be long or hold a digit to be one.
  [/\b(bearer|basic|digest|negotiate)\s+(?=[^\s"',;]*\d|[^\s"',;]{16})[^\s"',;]+/gi, `$1 ${secretMark}`],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)*/g, secretMark],
  // RFC 3986's userinfo: https://name:password@host
  [/(:\/\/[^/\s:@"']*):[^/\s@"']+@/g, `$1:${secretMark}@`],
  // A header of cookies is secret to its end, in whatever it is quoted.
  [/(cookie\\?["']?\s{0,5}[:=]\s{0,5}\\?["']?)[^\r\n"']+/gi, `$1${secretMark}`],
  // "password": "…", password=…, access_token: …, and the same within JSON that was turned into text once more. All
  // repetitions are bounded, so that no text can make this slow.
  [
    /(\b[\w-]{0,30}(?:authorization|credential|passphrase|passw(?:or)?d|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|user[-_]?data)[\w-]{0,15}\\?["']?\s{0,5}[:=]\s{0,5})(?:\\"[^"]*"|"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&,;}\]]+)/gi,
    `$1${secretMark}`,
  ],
  // https://docs.github.com/code-security/secret-scanning lists the makers' prefixes.
  [
    /\b(?:gh[oprsu]_|github_pat_|glpat-|sk[-_](?:live|test|proj|ant)[-_]|rk_live_|xox[abeoprs]-|npm_|pypi-|hf_|dop_v1_|whsec_|SG\.)[\w.-]{16,}/g,
    secretMark,
  ],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}/g, secretMark],
]
