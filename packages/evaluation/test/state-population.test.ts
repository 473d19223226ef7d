import { createReplayPopulation } from '../src/state/population.js';

const start = Date.UTC(2026, 0, 5, 8);
const minuteMs = 60_000;
const traits = 'i:1,a:1,c:1,u:1,b:1,o:1,t:1,';

const countsOf = (population: ReturnType<typeof createReplayPopulation>) =>
  population.current('any')?.familiarTo(traits, start) ?? null;

describe('the population of a replay', () => {
  it('is not known before it was read', () => {
    expect(countsOf(createReplayPopulation(minuteMs))).toBeNull();
  });

  it('changes when time has moved by a refresh, in either direction, and not before', async () => {
    const population = createReplayPopulation(minuteMs);
    await population.keepUp('any', start);
    population.count({ subject: 'anna', traits, at: start, isFirst: true, returns: false });
    await population.keepUp('any', start + minuteMs - 1);
    expect(countsOf(population)).toMatchObject({ logins: 0, subjects: 0 });
    await population.keepUp('any', start + minuteMs);
    expect(countsOf(population)).toMatchObject({ logins: 1, subjects: 1 });
    population.count({ subject: 'anna', traits, at: start, isFirst: false, returns: false });
    await population.keepUp('any', start);
    expect(countsOf(population)).toMatchObject({
      logins: 2,
      subjects: 1,
      counts: { address: 2, rtt: null, hour: 2 },
      distinct: { address: 1, hour: 1, rtt: 0 },
    });
  });

  it('stays within its bounds: values seen once leave, frequent ones stay', async () => {
    const population = createReplayPopulation(minuteMs);
    for (let n = 0; n < 5_000; n += 1) {
      const rare = `i:${String(n)},a:1,c:1,u:1,b:1,o:1,t:1,`;
      population.count({
        subject: 'anna',
        traits: rare,
        at: start,
        isFirst: n === 0,
        returns: false,
      });
    }
    await population.keepUp('any', start);
    const known = countsOf(population);
    expect(known?.distinct.address).toBeLessThan(1_024);
    expect(known?.counts.country).toBeGreaterThan(500);
    expect(known?.logins).toBe(known?.counts.country);
  });
});
