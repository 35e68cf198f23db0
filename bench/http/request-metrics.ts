import { Counter, Histogram, Registry } from 'prom-client'

/** What a service without us counts of its requests: how many, and how long they took, by route and status. */
export class RequestMetrics {
  readonly #requests: Counter<'method' | 'route' | 'status'>
  readonly #durations: Histogram<'method' | 'route' | 'status'>

  constructor() {
    const registers = [new Registry()]
    const labelNames = ['method', 'route', 'status'] as const
    this.#requests = new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames, registers })
    this.#durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Their durations.',
      labelNames,
      registers,
    })
  }

  record(method: string, route: string, status: number, durationMs: number): void {
    const labels = { method, route, status }
    this.#requests.inc(labels)
    this.#durations.observe(labels, durationMs / 1000)
  }
}
