import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** Where the node listens while the page is served by Vite. */
const NODE = process.env['FAIRGROUND_NODE'] ?? 'http://127.0.0.1:4000';

/** The node lets only its own pages write and open sockets: to it, ours are. */
const proxy = {
  '/v1': { target: NODE, ws: true, changeOrigin: true, headers: { origin: NODE } },
} as const;

export default defineConfig({
  base: '/',
  plugins: [react()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  server: { port: 5173, proxy },
  preview: { port: 4173, proxy },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // A strict `script-src 'self'` forbids inline scripts and data: modules.
    assetsInlineLimit: 0,
    // What each page loads: scripts/budget.ts weighs it.
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
  },
});
