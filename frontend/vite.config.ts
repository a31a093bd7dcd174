// Build and test settings. The service embeds `dist/` and serves it under a policy without inline
// script, so nothing is inlined into index.html and no asset becomes a data: URL.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const service = process.env['STRATA_DEV_SERVICE'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, target: 'es2023', modulePreload: { polyfill: false } },
  server: { proxy: { '/api': service } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
