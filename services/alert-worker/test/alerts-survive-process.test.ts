import { waitUntil } from '@stepgate/cli';
import {
  alertIn,
  createHostileAnswer,
  faultNames,
  floods,
  seed,
  shuffled,
  startJudgingReceiver,
  subjectOf,
} from './hostile-receiver.js';
import { verified, type Receiver } from './receiver.js';
import {
  atEnd,
  createAttack,
  createInspection,
  createRedis,
  createWorkers,
  endAll,
  type RunningWorker,
} from './survival-scene.js';

jest.setTimeout(90_000);
afterEach(endAll);

const subjects = Array.from({ length: 110 }, (_, n) => `user-${String(n)}`);
/** Attacked before the first worker runs, while one does, and while Redis is away. */
const early = subjects.slice(0, 30);
const later = subjects.slice(30, 80);
const duringOutage = subjects.slice(80);
const halfway = subjects.length / 2;
const kills = 5;
const hard = { subject: 'user-0', times: kills };
/** Whose alerts the second sink never wants to see again. */
const unwanted = new Set(shuffled('unwanted', subjects).slice(0, 10));

/** Webhook ids by alert and phase. */
const idsOf = ({ received }: Receiver): ReadonlyMap<string, ReadonlySet<string>> => {
  const ids = new Map<string, Set<string>>();
  for (const message of received) {
    const { alert_id, phase } = alertIn(message);
    const key = `${alert_id} ${phase}`;
    ids.set(key, (ids.get(key) ?? new Set()).add(message.id));
  }
  return ids;
};

const createSinks = async (tell: { readonly onHeld: () => void; readonly onHalf: () => void }) => {
  const hostile = createHostileAnswer({
    subjects,
    hard,
    onHeld: tell.onHeld,
    onTaken: (count) => {
      if (count === halfway) tell.onHalf();
    },
  });
  const soc = await startJudgingReceiver(hostile.answer);
  const takenByGone = new Set<string>();
  const gone = await startJudgingReceiver((message, response) => {
    const subject = subjectOf(message);
    if (!unwanted.has(subject)) takenByGone.add(subject);
    response.writeHead(unwanted.has(subject) ? 410 : 204).end();
  });
  atEnd(() => soc.stop());
  atEnd(() => gone.stop());
  return { hostile, soc, gone, takenByGone };
};

/** Everything up to the moment when nobody has anything left to do. */
const runScene = async () => {
  const startRedis = await createRedis();
  const redis = await startRedis();
  const attack = createAttack(redis.url);
  await attack.begin();
  let worker: RunningWorker | undefined;
  let outage: Promise<void> | undefined;
  const sinks = await createSinks({
    onHeld: () => worker?.child.kill('SIGKILL'),
    onHalf: () => {
      outage = redis.stop();
    },
  });
  const { hostile, soc, gone } = sinks;
  const startWorker = await createWorkers(redis.url, { soc: soc.url, gone: gone.url });
  const within = (timeoutMs: number, what: string) => ({
    timeoutMs,
    what: () => `${what}; the worker says:\n${worker?.output() ?? ''}`,
  });

  await attack.on(early);
  for (let n = 1; n <= kills; n += 1) {
    worker = await startWorker();
    await waitUntil(() => hostile.held() === n, within(20_000, 'the hard alert did not come'));
    await worker.ended;
  }
  const last = (worker = await startWorker());
  await waitUntil(() => hostile.taken.has(hard.subject), within(20_000, 'it never came again'));

  await attack.on(later);
  await waitUntil(() => outage !== undefined, within(20_000, 'half of the alerts never came'));
  await outage;
  const takenAtOutage = hostile.taken.size;
  const attacked = attack.on(duringOutage);
  await waitUntil(
    async () => attack.refused() > 0 && !(await last.isReady()),
    within(10_000, 'nobody misses Redis'),
  );
  await Promise.all([startRedis(redis.port), attacked]);

  const inspection = createInspection(redis.url, attack.outbox);
  const isIdle = async (): Promise<boolean> => {
    if ((await attack.outbox.peek(1)).length > 0) return false;
    const counts = await Promise.all(['soc', 'gone'].map((sink) => inspection.counts(sink)));
    return counts.every(({ waiting, active, delayed }) => waiting + active + delayed === 0);
  };
  await waitUntil(isIdle, within(45_000, 'jobs are left'));
  return { ...sinks, ...inspection, outbox: attack.outbox, takenAtOutage };
};

describe('alerts while workers, Redis and receivers fail', () => {
  it(`are each delivered at least once under one id, and none is lost (seed ${String(seed)})`, async () => {
    const scene = await runScene();
    const { hostile, soc, gone } = scene;
    expect(hostile.held()).toBe(kills);
    expect(scene.takenAtOutage).toBeLessThan(early.length + later.length);
    expect([...hostile.met].toSorted()).toEqual(faultNames.toSorted());
    expect([...hostile.taken].toSorted()).toEqual(subjects.toSorted());
    expect(scene.takenByGone.size).toBe(subjects.length - unwanted.size);

    for (const sink of [soc, gone]) {
      const ids = idsOf(sink);
      expect(ids.size).toBe(subjects.length);
      for (const [alert, under] of ids)
        expect([alert, under.size]).toEqual([expect.stringMatching(/ opened$/u), 1]);
      expect(new Set(sink.received.map(({ id }) => id)).size).toBe(subjects.length);
      for (const message of sink.received) expect(() => verified(message)).not.toThrow();
    }
    // 64 kB are read; the rest of what left the receiver lay in the buffers of the sockets.
    for (const sent of floods) expect(sent).toBeLessThan(16 * 2 ** 20);

    expect(await scene.counts('soc')).toMatchObject({ completed: subjects.length, failed: 0 });
    expect(await scene.counts('gone')).toMatchObject({ completed: 100, failed: 10 });
    const letters = await scene.deadLetters.list();
    const dead = new Set(
      gone.received.filter((one) => unwanted.has(subjectOf(one))).map(({ id }) => id),
    );
    expect(new Set(letters.map(({ id }) => id))).toEqual(dead);
    for (const letter of letters) expect(letter).toMatchObject({ sink: 'gone', cause: 'HTTP 410' });

    // What ended while nobody could write it down: the worker's own pass would come a minute later.
    const reconciled = await scene.reconcileOnce();
    expect(reconciled.enqueued).toBe(0);
    expect(await scene.outbox.heldState()).toEqual({ count: 0, oldestAt: null });
    expect(await scene.outbox.peek(100)).toEqual([]);
    process.stderr.write(
      JSON.stringify({ soc: soc.received.length, gone: gone.received.length, floods, reconciled }) +
        '\n',
    );
  });
});
