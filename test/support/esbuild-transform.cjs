// Jest transform: TypeScript to CommonJS by esbuild, so that tests run what the build ships.
const { transformSync } = require('esbuild');

module.exports = {
  process(source, file) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      // Jest's modules know no import(): it becomes a require() that is late.
      supported: { 'dynamic-import': false },
      sourcemap: true,
      sourcefile: file,
    });
    return { code, map };
  },
};
