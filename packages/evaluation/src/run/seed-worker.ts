import { parentPort, workerData } from 'node:worker_threads';
import { scoreSeed, type SeedTask } from './score-seed.js';

// eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- run-seeds.ts is its only caller
const task = workerData as SeedTask;

parentPort?.postMessage(await scoreSeed(task));
