// Jest transform: TypeScript to CommonJS by esbuild, so that tests run what the build ships.
const { transformSync } = require('esbuild');

module.exports = {
  process(source, file) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      sourcemap: true,
      sourcefile: file,
    });
    return { code, map };
  },
};
