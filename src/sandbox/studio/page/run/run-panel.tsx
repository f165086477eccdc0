import { useState } from 'preact/hooks';

import type { ExtensionForms, NodeForm, RunReport } from '../../wire';
import { isShown } from '../forms/conditions';
import type { FormValues } from '../forms/values';
import { messageOf, server } from '../server';
import { RunResult } from './run-result';

interface RunPanelProps {
  node: NodeForm;
  values: FormValues;
  forms: ExtensionForms;
  onBranch: (type: string | undefined) => void;
}

/** Runs the node in the sandbox, again and again in one conversation. */
export function RunPanel({ node, values, forms, onBranch }: RunPanelProps) {
  const [context, setContext] = useState<Record<string, unknown>>({});
  const [report, setReport] = useState<RunReport>();
  const [problem, setProblem] = useState<string>();
  const [isRunning, setRunning] = useState(false);

  const show = (next: RunReport | undefined) => {
    setReport(next);
    setContext(next?.context ?? {});
    onBranch(next?.branch);
  };
  const run = async () => {
    setRunning(true);
    setProblem(undefined);
    try {
      show(await server.run({ type: node.type, config: configOf(node, values), context, input: {} }));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setRunning(false);
    }
  };

  return (
    <section class="run" aria-labelledby="run-title">
      <h2 id="run-title">Run it</h2>
      <p class="hint">The built node, in the sandbox, against the embedded authorization server. Each run goes on in the same conversation.</p>
      <p class="buttons">
        <button type="button" class="primary" disabled={isRunning} onClick={() => void run()}>
          Run the node
        </button>
        <button type="button" disabled={isRunning || report === undefined} onClick={() => show(undefined)}>
          New conversation
        </button>
      </p>
      <div role="status">{isRunning ? <p>Running …</p> : report && <RunResult report={report} forms={forms} />}</div>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </section>
  );
}

/** What the node would get: fields that the form does not show are left out, as are empty ones. */
function configOf({ fields = [] }: NodeForm, values: FormValues): Record<string, unknown> {
  const shown = fields.filter(({ condition }) => isShown(condition, values));
  const entries = shown.map(({ key }) => [key, values[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
