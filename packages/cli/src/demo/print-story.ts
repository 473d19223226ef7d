import colors from 'picocolors';
import { z } from 'zod';
import type { Delivery } from '../dev-stack/webhook-receiver.js';
import type { Aside, Scene, StoryListener } from './play-story.js';

const outcomeColor = { allow: colors.green, step_up: colors.yellow, deny: colors.red } as const;
const widths = { time: 12, subject: 12, from: 22, stage: 18, outcome: 8, score: 4 } as const;

const timeText = (time: Date): string =>
  `${time.toISOString().slice(5, 10)} ${time.toISOString().slice(11, 16)}`;

const reasonsText = ({ answer }: Scene): string => {
  const reasons = answer.reasons.map(({ code, points }) =>
    points === 0 ? code : `${code} ${points > 0 ? '+' : ''}${String(points)}`,
  );
  const asks =
    answer.step_up === null
      ? ''
      : ` → ${answer.step_up.authenticators.join(' | ') || 'enrol first'}`;
  return `${reasons.join(', ') || '-'}${colors.cyan(asks)}`;
};

const sceneLine = (scene: Scene): string => {
  const { answer } = scene;
  const stage = scene.stage === null ? scene.device : `  ${scene.stage}`;
  const outcome = outcomeColor[answer.decision](answer.decision.padEnd(widths.outcome));
  return [
    colors.dim(timeText(scene.time).padEnd(widths.time)),
    scene.subject.padEnd(widths.subject),
    scene.from.padEnd(widths.from),
    stage.padEnd(widths.stage),
    outcome,
    String(answer.risk.score).padStart(widths.score),
    ` ${reasonsText(scene)}`,
  ].join(' ');
};

const header = [
  'time'.padEnd(widths.time),
  'subject'.padEnd(widths.subject),
  'from'.padEnd(widths.from),
  'device'.padEnd(widths.stage),
  'outcome'.padEnd(widths.outcome),
  'score'.padStart(widths.score),
  'reasons → what satisfies the step-up',
].join(' ');

export interface StoryPrinter extends StoryListener {
  readonly scenes: readonly Scene[];
}

/** Prints as the story goes: one aligned line an attempt. */
export const createStoryPrinter = (print: (line: string) => void): StoryPrinter => {
  const scenes: Scene[] = [];
  return {
    scenes,
    chapter: (title) => {
      if (scenes.length === 0) print(colors.bold(header));
      print(`\n${colors.bold(title)}`);
    },
    scene: (scene) => {
      scenes.push(scene);
      print(sceneLine(scene));
      for (const difference of scene.differences) print(colors.red(`    ✗ ${difference}`));
    },
    aside: ({ time, text }: Aside) => {
      print(colors.dim(`${timeText(time).padEnd(widths.time)} … ${text}`));
    },
  };
};

const alertSchema = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

export const readAlert = ({ body }: Delivery): z.infer<typeof alertSchema> =>
  alertSchema.parse(JSON.parse(body));

export const printAlerts = (
  deliveries: readonly Delivery[],
  print: (line: string) => void,
): void => {
  print(`\n${colors.bold('Alerts that arrived at the webhook')}`);
  for (const delivery of deliveries) {
    const { headers, signature_valid: valid } = delivery;
    const alert = readAlert(delivery);
    const signature = valid ? colors.green('signature ok') : colors.red('SIGNATURE WRONG');
    print(`${headers['webhook-id'] ?? '?'}  ${alert.type}  ${signature}`);
    print(colors.dim(`  ${JSON.stringify(alert.data)}`));
  }
};

export const printSummary = (scenes: readonly Scene[], print: (line: string) => void): void => {
  const attempts = scenes.filter((scene) => scene.stage === null);
  print(`\n${colors.bold('Summary')}`);
  for (const outcome of ['allow', 'step_up', 'deny'] as const) {
    const count = attempts.filter((scene) => scene.answer.decision === outcome).length;
    print(
      `${outcomeColor[outcome](outcome.padEnd(widths.outcome))} ${String(count).padStart(3)} attempts`,
    );
  }
  const completions = scenes.length - attempts.length;
  const passed = scenes.filter(
    (scene) => scene.stage !== null && scene.answer.decision === 'allow',
  ).length;
  print(`step-ups done ${String(completions)}, accepted ${String(passed)}`);
};
