// Jest's global setup: builds the product once, for suites that run it as a process.
export default async function build() {
  await import('../../scripts/build.mjs');
}
