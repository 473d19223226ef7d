import { createQueueWatch } from '../src/queue-watch.js';
import { createRecorder } from './samples.js';

const createScene = () => {
  const scene = {
    now: 0,
    waiting: 0,
    overdue: 0,
    moves: 0,
    busy: false,
    reachable: true,
    restarts: 0,
  };
  const { log, metrics, told } = createRecorder();
  const answer = <T>(value: T): Promise<T> =>
    scene.reachable ? Promise.resolve(value) : Promise.reject(new Error('away'));
  const watch = createQueueWatch({
    queue: {
      counts: () =>
        answer({ waiting: scene.waiting, active: 0, delayed: 0, failed: 0, completed: 0 }),
      countOverdue: () => answer(scene.overdue),
    },
    log,
    metrics,
    stuckAfterMs: 20_000,
    clock: () => scene.now,
    progress: () => ({ moves: scene.moves, busy: scene.busy }),
    restart: () => {
      scene.restarts += 1;
    },
  });
  const lookAt = async (now: number, changes: Partial<typeof scene> = {}): Promise<void> => {
    Object.assign(scene, changes, { now });
    await watch.look();
  };
  return { scene, watch, lookAt, told };
};

describe('queue watch', () => {
  it('restarts a worker that moves nothing while jobs wait, and counts it', async () => {
    const { scene, lookAt, watch, told } = createScene();
    await lookAt(0, { waiting: 3 });
    await lookAt(1_000);
    await lookAt(20_999);
    expect(scene.restarts).toBe(0);
    await lookAt(21_000);
    expect(scene.restarts).toBe(1);
    expect(watch.state().ok).toBe(false);
    expect(told).toContain('restarted');
    await lookAt(22_000, { moves: 1 });
    expect(watch.state()).toEqual({ ok: true, detail: 'jobs move' });
  });

  it('restarts for delayed jobs whose time is long over', async () => {
    const { scene, lookAt } = createScene();
    await lookAt(0, { overdue: 1 });
    await lookAt(1_000);
    await lookAt(21_000);
    expect(scene.restarts).toBe(1);
  });

  it('leaves a worker alone that moves, is busy, or has nothing to do', async () => {
    const { scene, lookAt } = createScene();
    await lookAt(0, { waiting: 3, moves: 1 });
    await lookAt(30_000, { moves: 2 });
    await lookAt(60_000, { busy: true });
    await lookAt(90_000, { busy: true });
    await lookAt(120_000, { busy: false, waiting: 0 });
    await lookAt(150_000);
    expect(scene.restarts).toBe(0);
  });

  it('is not ready while Redis is away, says so once, and does not restart for it', async () => {
    const { scene, lookAt, watch, told } = createScene();
    await lookAt(0, { waiting: 3 });
    await lookAt(1_000, { reachable: false });
    expect(watch.state()).toEqual({ ok: false, detail: 'Redis does not answer' });
    await lookAt(60_000);
    await lookAt(61_000, { reachable: true });
    expect(scene.restarts).toBe(0);
    expect(told.filter((line) => line === 'the queue is unreachable')).toHaveLength(1);
    expect(told).toContain('the queue is reachable again');
  });
});
