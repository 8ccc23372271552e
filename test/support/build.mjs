// Jest's global setup: builds once what suites run as processes: the product, and the worker of the Functions host that tests bring.
export default async function build() {
  await import('../../scripts/build.mjs');
}
