import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

/** Builds the page to where the API serves it from; in development, calls go to a running API. */
export default defineConfig(({ mode }) => {
  const api = loadEnv(mode, ".", "PAGE_").PAGE_API ?? "http://127.0.0.1:8000";
  return {
    plugins: [react()],
    build: { outDir: "../src/unmask/api/page", emptyOutDir: true },
    server: { proxy: { "/api": api } },
  };
});
