import { createAdmissionWindow } from '../src/admission-window.js';

const doneMany = (
  window: ReturnType<typeof createAdmissionWindow>,
  times: number,
  ms: number,
): void => {
  for (let n = 0; n < times; n += 1) window.done(ms);
};

describe('the admission window', () => {
  it('begins small and grows while answers are timely, up to its maximum', () => {
    const window = createAdmissionWindow({ min: 8, max: 64 });
    expect(window.size()).toBe(8);
    doneMany(window, 100, 5);
    expect(window.size()).toBeGreaterThan(8);
    doneMany(window, 100_000, 5);
    expect(window.size()).toBe(64);
  });

  it('shrinks once for a round of late answers, and never below its minimum', () => {
    const window = createAdmissionWindow({ min: 8, max: 64 });
    doneMany(window, 100_000, 5);
    doneMany(window, 40, 100);
    expect(window.size()).toBe(44);
    doneMany(window, 100_000, 100);
    expect(window.size()).toBe(8);
  });
});
