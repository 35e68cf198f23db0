export { type OtelStatsOptions, otelStats } from './otel-stats.ts'
export { TraceCallFilter, type TraceCallFilterOptions, type TracedCall } from './trace-call-filter.ts'
export { traceIdOfTx, txIdGenerator } from './trace-of-tx.ts'
export { type Headers, TracingFilter, type TracingFilterOptions } from './tracing-filter.ts'
