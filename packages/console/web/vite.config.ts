import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

export default defineConfig(({ command }) => ({
  // Addresses are relative to the page's <base>, which the server sets to where the console is mounted.
  base: command === 'serve' ? '/console/' : './',
  plugins: [react(), tailwindcss(), completedPage()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // Newer than the default: keeps light-dark() as it is, which the two colour schemes are made of.
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
    // The content security policy forbids data: URLs.
    assetsInlineLimit: 0,
  },
  server: { host: '127.0.0.1', proxy: { '/console/api': 'http://127.0.0.1:8080' } },
}))

/** Completes the page as the console's server does, while developing without it. */
function completedPage(): Plugin {
  return {
    name: 'completed-page',
    apply: 'serve',
    transformIndexHtml: html =>
      html.replaceAll('{{prefix}}', '/console').replaceAll('{{session}}', 'none').replaceAll('{{nonce}}', ''),
  }
}
