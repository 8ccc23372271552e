// Hold windows against the time limit of functions: what is refused before a socket is lost to it.
import { checkHoldWindow } from '../../functions/time-limit';
import host from '../../host.json';

describe('HOLD_WINDOW_SECONDS', () => {
  it.each([
    [540, {}],
    [1_800, { AzureFunctionsJobHost__functionTimeout: '00:31:00' }],
    [1_800, { AZUREFUNCTIONSJOBHOST__FUNCTIONTIMEOUT: '1.00:00:00' }],
    [1_800, { AzureFunctionsJobHost__functionTimeout: '-1' }],
    [540, { AzureFunctionsJobHost__functionTimeout: '' }],
  ])('%d is taken with %j', (seconds, environment) => {
    expect(() => checkHoldWindow(seconds, environment)).not.toThrow();
  });

  it.each([
    [541, {}, 'HOLD_WINDOW_SECONDS: must be at most 540, because functions time out after 00:10:00'],
    [241, { AzureFunctionsJobHost__functionTimeout: '00:05:00' }, 'must be at most 240, because functions time out'],
    [
      240,
      { AzureFunctionsJobHost__functionTimeout: 'five' },
      'AzureFunctionsJobHost__functionTimeout: must be hh:mm:ss',
    ],
  ])('%d is refused with %j', (seconds, environment, why) => {
    expect(() => checkHoldWindow(seconds, environment)).toThrow(why);
  });
});

describe('host.json', () => {
  it('lets an instance run as many activities as it may have sockets to one CSMS, which has 128 ports', () => {
    const { maxConcurrentActivityFunctions } = host.extensions.durableTask;
    expect(maxConcurrentActivityFunctions).toBeGreaterThan(50);
    expect(maxConcurrentActivityFunctions).toBeLessThan(128);
  });
});
