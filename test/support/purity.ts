// Suites of the pure layers run with a clock and a dice that throw: `lib/charger` and `lib/ocpp` may use neither.
const pure = /\/test\/(charger|ocpp)\//;

if (pure.test(expect.getState().testPath ?? '')) {
  const refuse = (name: string) => () => {
    throw new Error(`${name} was called in a pure layer: time and randomness are arguments here`);
  };
  beforeAll(() => {
    Date.now = refuse('Date.now');
    Math.random = refuse('Math.random');
  });
}
