/** A run that did not end as it should. */
export interface Finding {
  /** Says the faults, and reproduces it: `prove(action, { …, only: name })`. */
  readonly name: string
  readonly problems: readonly string[]
}

const toldMax = 10

/** An action is not proved: here is what was found. */
export class ProofFailedError extends Error {
  readonly findings: readonly Finding[]

  constructor(action: string, findings: readonly Finding[]) {
    const kinds = byProblem(findings)
    const told = kinds.slice(0, toldMax).map(describe)
    const runs = findings.length === 1 ? 'one run does' : `${findings.length} runs do`
    super(
      [
        `${action} is not proved: ${runs} not end as they should.`,
        ...told,
        ...(kinds.length > toldMax ? [`… and ${kinds.length - toldMax} other problems.`] : []),
        `Look into one alone, with the way that it took: { only: '${findings[0]?.name}' }.`,
      ].join('\n'),
    )
    this.name = 'ProofFailedError'
    this.findings = findings
  }
}

/** One cause shows in many runs: the simplest of them speaks for the others. */
function byProblem(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const kinds = new Map<string, [Finding, ...Finding[]]>()
  for (const finding of findings) {
    const kind = finding.problems.join('\n').replace(/\d+|[0-9A-Z]{26}/g, '#')
    const known = kinds.get(kind)
    if (known === undefined) kinds.set(kind, [finding])
    else known.push(finding)
  }
  return [...kinds.values()]
}

function describe([{ name, problems }, ...others]: readonly [Finding, ...Finding[]]): string {
  const more =
    others.length === 0
      ? []
      : [`  (and so in ${others.length} other ${others.length === 1 ? 'run' : 'runs'})`]
  return [name, ...problems.map(problem => `  - ${problem}`), ...more].join('\n')
}
