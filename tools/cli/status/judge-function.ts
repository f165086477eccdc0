import { note, unknown, wrong } from './findings';
import type { ObservedFunction, ObservedInstance } from './observation';
import type { ChainStatus, Finding, FunctionStatus } from './report';

/**
 * @param chain an error of an earlier hop is history where the chain is on time
 * @param findings takes up what is wrong and what can't be told
 */
export function judgeFunction(
  seen: ObservedFunction | undefined,
  chain: ChainStatus,
  findings: Finding[],
): FunctionStatus {
  if (seen === undefined) return { state: 'not_used' };
  const named = seen.functionId === undefined ? {} : { functionId: seen.functionId };
  if ('obstacle' in seen) {
    findings.push(unknown('function', seen.obstacle));
    return { state: 'unknown', ...named };
  }
  const { instances } = seen;
  const count = (status: string) => instances.filter((instance) => instance.status === status).length;
  const [active, queued] = [count('active'), count('queued')];
  const isRunning = active + queued > 0;
  if (!isRunning) findings.push(wrong('function', 'no_instance', 'No instance of the Function is active or queued.'));
  const lastError = lastErrorOf(instances);
  if (lastError !== undefined && !(isRunning && chain.state === 'on_time')) {
    findings.push(note('function', 'instance_failed', `Its last instance that failed said: ${lastError.message}`));
  }
  const state = isRunning ? 'running' : 'stopped';
  return { state, ...named, active, queued, ...(lastError === undefined ? {} : { lastError }) };
}

function lastErrorOf(instances: readonly ObservedInstance[]): FunctionStatus['lastError'] {
  const endOf = ({ createdAt, finishedAt }: ObservedInstance) => finishedAt ?? createdAt;
  const [last] = instances
    .filter(({ status }) => status === 'error')
    .sort((one, other) => endOf(other) - endOf(one));
  return last && { at: endOf(last), message: last.error ?? 'no reason was given' };
}
