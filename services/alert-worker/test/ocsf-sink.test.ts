import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert } from '@stepgate/assessment';
import { createLineAppender } from '../src/sinks/lines/append-line.js';
import { detectionFinding } from '../src/sinks/ocsf/detection-finding.js';
import { createOcsfSink } from '../src/sinks/ocsf/ocsf-sink.js';
import { ocsfFaults } from './ocsf-validator.js';
import { alert, campaign, closed, gaveIn, never } from './samples.js';
import { ocsfSpec } from './specs.js';

const directory = mkdtempSync(join(tmpdir(), 'stepgate-ocsf-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let files = 0;
const scene = () => {
  files += 1;
  const file = join(directory, `${String(files)}.jsonl`);
  const spec = ocsfSpec({ output: { file } });
  const sink = createOcsfSink(spec, createLineAppender(file));
  return { file, sink, lines: () => readFileSync(file, 'utf8').split('\n').slice(0, -1) };
};

const options = {
  parts: { subject: true, context: true },
  runbookUrl: 'https://wiki.acme.example/r',
};
const finding = (sent: Alert) => detectionFinding(sent, options);

describe('OCSF findings', () => {
  const severities = ['low', 'medium', 'high', 'critical'] as const;
  const stages = [
    { phase: 'opened', closedBy: null },
    { phase: 'updated', closedBy: null },
    { phase: 'escalated', closedBy: null },
    { phase: 'closed', closedBy: 'quiet' },
    { phase: 'closed', closedBy: 'feedback_legitimate' },
    { phase: 'closed', closedBy: 'feedback_compromised' },
  ] as const;
  const everything = [alert, gaveIn, closed, campaign].flatMap((sample) =>
    severities.flatMap((severity) =>
      stages.map((stage): Alert => ({ ...sample, severity, ...stage })),
    ),
  );
  it('keep to the rules of their class, whatever the alert', () => {
    expect(everything.length).toBeGreaterThan(90);
    for (const sent of everything) {
      for (const parts of [options.parts, { subject: false, context: false }]) {
        const line = JSON.stringify(detectionFinding(sent, { ...options, parts }));
        expect(ocsfFaults(JSON.parse(line))).toEqual([]);
      }
    }
  });

  it('would not pass with anything missing or wrong', () => {
    const good = finding(alert);
    const { metadata: _metadata, ...noMetadata } = good;
    for (const bad of [
      noMetadata,
      { ...good, time: 1_767_225_600 },
      { ...good, severity_id: 7 },
      { ...good, type_uid: 200_402 },
      { ...good, finding_info: {} },
      { ...good, colour: 'red' },
    ]) {
      expect(ocsfFaults(bad)).not.toEqual([]);
    }
  });

  it.each([
    [alert, { activity_id: 1, type_uid: 200_401, severity_id: 4, status_id: 1, risk_level_id: 3 }],
    [gaveIn, { activity_id: 2, type_uid: 200_402, severity_id: 5, status_id: 1 }],
    [closed, { activity_id: 3, type_uid: 200_403, status_id: 5 }],
    [{ ...closed, closedBy: 'feedback_legitimate' } as const, { activity_id: 3, status_id: 3 }],
    [{ ...closed, closedBy: 'feedback_compromised' } as const, { activity_id: 3, status_id: 4 }],
  ])('follow the life of the alert (%#)', (sent, expected) => {
    expect(finding(sent)).toMatchObject({
      ...expected,
      finding_info: { uid: alert.alertId },
      metadata: { uid: sent.id, version: '1.8.0' },
    });
  });

  it('name technique, sources, devices and subject', () => {
    expect(finding(alert)).toMatchObject({
      finding_info: {
        attacks: [{ technique: { uid: 'T1621' }, tactic: { uid: 'TA0006' } }],
        first_seen_time: alert.since,
        last_seen_time: alert.at,
        related_events_count: 5,
      },
      evidences: [
        { user: { uid: 'alice@acme.example' } },
        {
          src_endpoint: {
            ip: '203.0.113.7',
            location: { country: 'NL' },
            autonomous_system: { number: 64_500 },
          },
        },
        { src_endpoint: { ip: '2001:db8::7' } },
        { device: { uid: 'device-1f3a' } },
      ],
      resources: [{ type: 'user', uid: 'alice@acme.example' }],
    });
    expect(finding(campaign)['resources']).toHaveLength(3);
  });

  it('leave out what was not asked for', () => {
    const parts = { subject: false, context: false };
    for (const sent of [alert, campaign]) {
      const line = JSON.stringify(detectionFinding(sent, { ...options, parts }));
      expect(line).not.toMatch(/alice|carol|203\.0\.113\.7|64500|device-1f3a/u);
    }
  });
});

describe('OCSF file', () => {
  it('gets one line for each message, readable by its owner alone', async () => {
    const { file, sink, lines } = scene();
    const verdicts = await Promise.all([alert, gaveIn, closed].map((sent) => sink(sent, never)));
    expect(verdicts).toEqual(Array.from({ length: 3 }, () => ({ kind: 'delivered' })));
    expect(lines().map((line) => JSON.parse(line).activity_id)).toEqual([1, 2, 3]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is made again after it was rotated away', async () => {
    const { file, sink, lines } = scene();
    await sink(alert, never);
    renameSync(file, `${file}.1`);
    await sink(closed, never);
    expect(lines()).toHaveLength(1);
    expect(readFileSync(`${file}.1`, 'utf8').split('\n')).toHaveLength(2);
  });

  it('loses no line to one that a full disk has torn', async () => {
    const { file, sink, lines } = scene();
    writeFileSync(file, '{"activity_id":1,"half');
    await sink(alert, never);
    const [torn, whole] = lines();
    expect(torn).toBe('{"activity_id":1,"half');
    expect(ocsfFaults(JSON.parse(whole!))).toEqual([]);
  });

  it('keeps the lines of two workers apart', async () => {
    const { file, lines } = scene();
    const workers = [createLineAppender(file), createLineAppender(file)];
    const line = JSON.stringify(finding(campaign));
    await Promise.all(Array.from({ length: 50 }, (_, n) => workers[n % 2]!(line)));
    expect(lines()).toHaveLength(50);
    expect(new Set(lines())).toEqual(new Set([line]));
  });

  it('asks for another try when it cannot be written', async () => {
    const gone = createLineAppender(join(directory, 'no-such-directory', 'a.jsonl'));
    expect(await gone('{}')).toEqual({
      kind: 'retry',
      cause: 'the file cannot be written: ENOENT',
      retryAfterMs: null,
    });
    const full = createLineAppender('/dev/full');
    expect(await full('{}')).toMatchObject({
      kind: 'retry',
      cause: expect.stringContaining('ENOSPC'),
    });
  });
});
