import type { Check } from '@stepgate/testing';
import { createUserAgentParser } from '@stepgate/user-agent';
import { ask, keepAlive } from '../http/ask.js';
import { decisionQuestion, loginBody } from '../http/decision-question.js';
import { ms, quantile } from '../http/quantile.js';
import { withRig } from '../http/rig.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const promisedMs = 50;
const megabyte = 1024 * 1024;

/** Inputs that made this library's or its relatives' expressions backtrack. */
const known = [
  `${' '.repeat(100_000)}a`,
  `Mozilla/5.0 (Linux; Android 9; ${' '.repeat(100_000)}Build/x`,
  `Mozilla/5.0 ${'1.'.repeat(50_000)}`,
  `iphone os ${'_1'.repeat(50_000)}`,
  'Mozilla/'.repeat(50_000),
  '('.repeat(100_000),
  'xiaomi redmi '.repeat(20_000),
  'a'.repeat(5 * megabyte),
];

const alphabet =
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ;;//()[]._-,:\t\u00e9\u4e2d';
const pieces = ['Mozilla/5.0 ', 'Android ', 'iPhone OS ', 'Chrome/', 'Version/', 'Build/', 'like '];

const randomAgent = (random: () => number): string => {
  let agent = '';
  while (agent.length < 500) {
    agent +=
      random() < 0.1
        ? (pieces[Math.floor(random() * pieces.length)] ?? '')
        : (alphabet[Math.floor(random() * alphabet.length)] ?? '');
  }
  return agent.slice(0, 500);
};

/** CPU time, since the machine has other work too. */
const costOf = (parse: () => unknown): number => {
  const before = process.cpuUsage();
  parse();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

const inProcess = ({ quick, random, log }: ChaosContext): readonly Check[] => {
  const count = quick ? 4_000 : 20_000;
  // The first use of an expression compiles it; that happens once in the life of a process.
  const warm = createUserAgentParser();
  for (let n = 0; n < 200; n += 1) warm.parse(randomAgent(random));
  const parser = createUserAgentParser();
  // The least of three where one took long: a collection of garbage falls into one, backtracking into all.
  const fairCost = (agent: string): number => {
    const once = costOf(() => parser.parse(agent));
    if (once <= promisedMs / 2) return once;
    return Math.min(once, ...[1, 2].map(() => costOf(() => createUserAgentParser().parse(agent))));
  };
  const costs = Array.from({ length: count }, () => fairCost(randomAgent(random)));
  const worst = Math.max(...costs);
  const worstKnown = Math.max(...known.map(fairCost));
  log(`p50 ${ms(quantile(costs, 0.5))}, p99 ${ms(quantile(costs, 0.99))}`);
  const target = `<= ${String(promisedMs)} ms`;
  return [
    {
      name: `worst of ${String(count)} random ones`,
      value: ms(worst),
      target,
      holds: worst <= promisedMs,
    },
    {
      name: 'worst of the known ones',
      value: ms(worstKnown),
      target,
      holds: worstKnown <= promisedMs,
    },
  ];
};

/** In the body, in the header of the caller's own request, and just within the body's limit. */
const overHttp = (): Promise<readonly Check[]> =>
  withRig({}, async ({ engine, deployment }) => {
    const agent = keepAlive(1);
    const send = (userAgent: string, header?: string) => {
      const body = loginBody('agent');
      const question = decisionQuestion(engine.url, deployment.apiKey, {
        ...body,
        context: { ...body.context, user_agent: userAgent },
      });
      const headers = header === undefined ? {} : { 'user-agent': header };
      return ask({ ...question, headers: { ...question.headers, ...headers } }, agent);
    };
    const huge = await send('a'.repeat(5 * megabyte));
    const header = await send('x', 'a'.repeat(100_000));
    const longest = await send(`${' '.repeat(8_000)}a`);
    agent.destroy();
    return [
      // The connection may break while the rest is still being written: refused all the same.
      {
        name: '5 MB in the body',
        value: huge.status,
        target: '413',
        holds: [0, 413].includes(huge.status),
      },
      {
        name: '100 kB in the header',
        value: header.status,
        target: '431',
        holds: [0, 431].includes(header.status),
      },
      {
        name: 'the longest allowed',
        value: longest.status,
        target: '200',
        holds: longest.status === 200,
      },
    ];
  });

export const userAgents: Scenario = {
  name: 'user-agents',
  promise: 'no user agent costs more than 50 ms, however long or odd',
  limitSeconds: 180,
  run: async (context) => [...inProcess(context), ...(await overHttp())],
};
