import { useState } from 'preact/hooks';

import type { ExtensionForms, NodeForm, RunReport } from '../../sandbox/studio/wire';
import { configOf, type FormValues } from '../forms/values';
import { messageOf, server } from '../server';
import { InputOfRun, NO_INPUT, readInput } from './input-of-run';
import { RunResult } from './run-result';
import { RunSummary } from './run-summary';

interface RunPanelProps {
  node: NodeForm;
  values: FormValues;
  forms: ExtensionForms;
  onBranch: (type: string | undefined) => void;
}

/** Runs the node in the sandbox. All runs are in one conversation. */
export function RunPanel({ node, values, forms, onBranch }: RunPanelProps) {
  const [inputText, setInputText] = useState(NO_INPUT);
  const [context, setContext] = useState<Record<string, unknown>>({});
  const [report, setReport] = useState<RunReport>();
  const [problem, setProblem] = useState<string>();
  const [isRunning, setRunning] = useState(false);

  const show = (next: RunReport | undefined) => {
    setReport(next);
    setContext(next?.context ?? {});
    setProblem(undefined);
    onBranch(next?.branch);
  };
  const run = async () => {
    setRunning(true);
    setProblem(undefined);
    try {
      const input = readInput(inputText);
      show(await server.run({ type: node.type, config: configOf(node, values), context, input }));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setRunning(false);
    }
  };
  const canBegin = !isRunning && report !== undefined;

  return (
    <section class="run" aria-labelledby="run-title">
      <h2 id="run-title">Run it</h2>
      <p class="hint">The built node, in the sandbox, against the embedded authorization server. Each run goes on in the same conversation.</p>
      <InputOfRun text={inputText} onChange={setInputText} />
      {/* Not `disabled`, because the button would lose the focus. */}
      <p class="buttons">
        <button type="button" class="primary" aria-disabled={isRunning} onClick={() => isRunning || void run()}>
          Run the node
        </button>
        <button type="button" aria-disabled={!canBegin} onClick={() => canBegin && show(undefined)}>
          New conversation
        </button>
      </p>
      <div role="status">{isRunning ? <p>Running …</p> : report && <RunSummary report={report} forms={forms} />}</div>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {!isRunning && report && <RunResult report={report} />}
    </section>
  );
}
