import { PassThrough } from 'node:stream';
import { createLineWriter } from '../src/sinks/lines/write-line.js';
import { createStdoutSink } from '../src/sinks/stdout/stdout-sink.js';
import { alert, never } from './samples.js';
import { stdoutSpec } from './specs.js';

describe('stdout sink', () => {
  it('writes one line of JSON, with no more of the alert than is asked for', async () => {
    const output = new PassThrough().setEncoding('utf8');
    const writeLine = createLineWriter(output);
    const thin = stdoutSpec({ parts: { subject: false, context: false } });
    expect(await createStdoutSink(thin, writeLine)(alert, never)).toEqual({ kind: 'delivered' });
    const line = String(output.read());
    expect(line.endsWith('\n') && line.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({ data: { alert_id: alert.alertId, tenant: 'acme' } });
    expect(line).not.toMatch(/alice|203\.0\.113\.7/u);
    const full = stdoutSpec({ parts: { subject: true, context: true } });
    await createStdoutSink(full, writeLine)(alert, never);
    expect(JSON.parse(String(output.read()))).toMatchObject({
      data: { subject: { id: 'alice@acme.example' }, sources: [{ country: 'NL' }, {}] },
    });
  });

  it('asks for another try when the output is gone', async () => {
    const output = new PassThrough();
    const sink = createStdoutSink(stdoutSpec(), createLineWriter(output));
    output.destroy();
    expect(await sink(alert, never)).toMatchObject({ kind: 'retry' });
  });
});
