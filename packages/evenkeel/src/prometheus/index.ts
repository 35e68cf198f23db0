export { type PrometheusPage, type PrometheusPageOptions, prometheusPage } from './prometheus-page.ts'
