import { desiredTransformer, plan, warnOfTakeOver } from '../../../tools/cli/deploy/plan';
import type { Change } from '../../../tools/cli/deploy/plan';
import { PLACEHOLDER_CODE } from '../../../tools/cli/rendered/ownership';
import type { ActualState } from '../../../tools/cli/deploy/actual-state';
import type { DeployValues } from '../../../tools/cli/deploy/desired-state';
import { emptyLock } from '../../../tools/cli/lock';
import type { Lock } from '../../../tools/cli/lock';

import { connection, everything, FUNCTION, hashFields, lockOfEverything, nothing, TRANSFORMER, desired } from './support';

const options = { force: false, hashFields, heartbeat: 'on_time' } as const;

/** Of a call or a configuration. */
function refusal(code: string): Error {
  return expect.objectContaining({ code, exitCode: 2 }) as Error;
}

function stepsOf(changes: Change[]): string[] {
  return changes.map(({ step, action }) => `${action} ${step}`);
}

function planned(found: Partial<ActualState>, lock = lockOfEverything()): string[] {
  return stepsOf(plan(desired(), everything(found), lock, options));
}

test('in an empty project everything is made, and the chain is started last', () => {
  expect(stepsOf(plan(desired(), nothing(), emptyLock(), options))).toEqual([
    'create extension',
    'create flow',
    'create endpoint',
    'create function',
    'create connection',
    'start chain',
  ]);
});

test('nothing is done where everything is as it should be', () => {
  expect(planned({})).toEqual([]);
});

describe('the extension', () => {
  test.each([
    ['of another version', { extension: { id: 'x1', version: '1.2.2' } }, lockOfEverything()],
    ['of another build', {}, lockOfEverything({ extensionHash: 'another' })],
    ['that somebody else has uploaded', { extension: { id: 'x2', version: '1.2.3' } }, lockOfEverything()],
    ['of which nobody knows the build', {}, lockOfEverything({ extensionHash: '' })],
  ] as const)('%s is updated', (_, found, lock) => {
    expect(planned(found, lock)).toEqual(['update extension']);
  });
});

describe('the Endpoint', () => {
  const { endpoint } = everything();
  const withTransformer = (changes: object): Partial<ActualState> =>
    ({ endpoint: { ...endpoint, transformer: { ...endpoint?.transformer, ...changes } } }) as Partial<ActualState>;

  test('has its transformer changed, and says between which versions', () => {
    const old = TRANSFORMER.replace('1.2.3', '1.1.0');
    const [change] = plan(desired(), everything(withTransformer({ transformer: old })), lockOfEverything(), options);
    expect(change).toMatchObject({ step: 'endpoint', action: 'update' });
    expect(change?.description).toBe('update the transformer of the Endpoint "Access Token Store" from 1.1.0 to 1.2.3');
  });

  test('has a transformer saved whose own section can not be told from the rest', () => {
    const found = everything(withTransformer({ transformer: TRANSFORMER.replace('// ---- end of your section ----', '') }));
    const [change] = plan(desired(), found, lockOfEverything(), options);
    expect(change).toMatchObject({ savesOld: true });
    expect(change?.description).toBe(
      'update the transformer of the Endpoint "Access Token Store"; a marker line of your own section is missing, ' +
        'so the old text is saved and the section starts anew',
    );
  });

  test.each(['abortOnError', 'inputTransformerEnabled'])('has %s switched on', (name) => {
    const [change] = plan(desired(), everything(withTransformer({ [name]: false })), lockOfEverything(), options);
    expect(change?.description).toBe('switch on the transformer of the Endpoint "Access Token Store"');
  });

  test('keeps the switches that are none of our business', () => {
    expect(planned(withTransformer({ outputTransformerEnabled: true, finalPingTransformerEnabled: true }))).toEqual([]);
    expect(desiredTransformer(desired(), { outputTransformerEnabled: true })).toMatchObject({ outputTransformerEnabled: true });
  });

  test('is not changed for its line ends', () => {
    expect(planned(withTransformer({ transformer: `${TRANSFORMER.replaceAll('\n', '\r\n')}\r\n` }))).toEqual([]);
  });

  test('with an empty transformer gets ours', () => {
    expect(planned(withTransformer({ transformer: ' \n' }))).toEqual(['update endpoint']);
  });

  test("with somebody else's transformer is left alone, unless forced", () => {
    const found = everything(withTransformer({ transformer: 'createRestTransformer({});' }));
    expect(() => plan(desired(), found, lockOfEverything(), options)).toThrow(refusal('transformer_foreign'));
    expect(stepsOf(plan(desired(), found, lockOfEverything(), { ...options, force: true }))).toEqual(['update endpoint']);
  });

  test('gets the Flow that there is', () => {
    const found = { ...nothing(), flow: { id: 'w1', referenceId: 'r1' } };
    expect(stepsOf(plan(desired(), found, emptyLock(), options))).not.toContain('create flow');
  });

  test('that is elsewhere is not made', () => {
    const steps = stepsOf(plan(desired(), { ...nothing(), isStoreElsewhere: true }, emptyLock(), options));
    expect(steps.filter((step) => /endpoint|flow/.test(step))).toEqual([]);
  });
});

describe('the Function', () => {
  test.each([
    ['is filled in', { code: PLACEHOLDER_CODE, isDisabled: true }, 'update the code of the Function "Access Token"'],
    ['is changed', { code: `${FUNCTION} // older` }, 'update the code of the Function "Access Token"'],
    ['is enabled', { isDisabled: true }, 'enable the Function "Access Token"'],
    ['is updated', { code: FUNCTION.replace('1.2.3', '1.0.0') }, 'update the code of the Function "Access Token" from 1.0.0 to 1.2.3'],
  ])('%s', (_, changes, description) => {
    const found = everything({ function: { id: 'f1', name: 'Access Token', code: FUNCTION, isDisabled: false, ...changes } });
    const toDo = plan(desired(), found, lockOfEverything(), options).filter(({ step }) => step !== 'chain');
    expect(toDo.map((change) => change.description)).toEqual([description]);
  });

  test('is named as it is, not as a new one would be', () => {
    const found = everything({ function: { id: 'f1', name: 'Mine', code: '', isDisabled: false } });
    const [change] = plan(desired(), found, lockOfEverything(), options);
    expect(change?.description).toBe('update the code of the Function "Mine"');
  });

  test("that is somebody else's is left alone, unless forced", () => {
    const found = everything({ function: { id: 'f1', name: 'Access Token', code: 'export default async () => 1;', isDisabled: false } });
    expect(() => plan(desired(), found, lockOfEverything(), options)).toThrow(refusal('function_foreign'));
    const forced = plan(desired(), found, lockOfEverything(), { ...options, force: true });
    expect(stepsOf(forced)).toEqual(['update function', 'start chain']);
  });

  test('is written anew with its Endpoint, whose URL it knows', () => {
    expect(planned({ endpoint: undefined })).toEqual([
      'create flow',
      'create endpoint',
      'update function',
      'update connection',
    ]);
  });
});

describe('a connection', () => {
  const { connections } = lockOfEverything();
  test.each([
    ['with other fields', lockOfEverything({ connections: { 'A Store': { hash: 'other', lastChanged: 7 } } }), connection()],
    ['that somebody else has changed', lockOfEverything(), connection({ lastChanged: 8 })],
    ['of which nothing is known', lockOfEverything({ connections: {} }), connection()],
  ])('%s is written', (_, lock, item) => {
    expect(planned({ connections: new Map([['A Store', item]]) }, lock)).toEqual(['update connection']);
  });

  const otherOne = new Map([['A Store', connection({ id: 'c2' })]]);
  const { functionId, ...lost } = lockOfEverything({ connectionIds: {}, connections: {}, made: [] });

  test.each([
    ['that is another one of this name', {}, lockOfEverything()],
    ['that the lock file does not know, while it knows the Function', {}, { ...lost, functionId }],
    ['beside a Function that is empty', { function: { id: 'f1', name: 'A', code: '', isDisabled: false } }, lost],
    ['beside a placeholder', { function: { id: 'f1', name: 'A', code: PLACEHOLDER_CODE, isDisabled: true } }, lost],
    ['without a Function', { function: undefined }, lost],
    ['without an Endpoint', { endpoint: undefined }, lost],
  ] as const)('%s is left alone, unless forced', (_, changes, lock) => {
    const found = everything({ connections: otherOne, ...changes });
    expect(() => plan(desired(), found, lock as Lock, options)).toThrow(refusal('connection_foreign'));
    const forced = plan(desired(), found, lock as Lock, { ...options, force: true });
    expect(forced.find(({ step }) => step === 'connection')?.description).toContain('which is not ours');
  });

  test.each([
    ['of a deployment whose lock file is lost', lost],
    ['that an interrupted run was about to make', lockOfEverything({ connectionIds: {}, making: 'connection:A Store' })],
  ])('%s is written', (_, lock) => {
    expect(planned({}, lock).filter((step) => step.endsWith('connection'))).toEqual(['update connection']);
  });

  test('that is gone is made again', () => {
    expect(planned({ connections: new Map() }, lockOfEverything({ connections }))).toEqual(['create connection']);
  });
});

describe('a text of ours that the lock file does not know, and that may be of another configuration', () => {
  const { functionId, endpointId, ...unknown } = lockOfEverything();
  const { endpoint } = everything();
  const others = everything({
    function: { id: 'f1', name: 'Access Token', code: `${FUNCTION} // other secrets`, isDisabled: false },
    ...(endpoint && { endpoint: { ...endpoint, transformer: { ...endpoint.transformer, transformer: TRANSFORMER.replace('the text', 'other secrets') } } }),
  });
  const saving = (found: ActualState, lock: Lock): string[] =>
    plan(desired(), found, lock, options).flatMap(({ step, savesOld }) => (savesOld ? [step] : []));

  test('is saved before it is replaced, and the plan says so', () => {
    expect(saving(others, unknown)).toEqual(['endpoint', 'function']);
    const descriptions = plan(desired(), others, unknown, options).map(({ description }) => description);
    expect(descriptions).toEqual(expect.arrayContaining([expect.stringMatching(/code of the Function .*; the old one is saved$/)]));
    expect(descriptions).toEqual(expect.arrayContaining([expect.stringMatching(/the transformer of .*; the old one is saved$/)]));
  });

  test('is not saved where it is the same, is known, or was being made', () => {
    expect(saving(everything(), unknown)).toEqual([]);
    expect(saving(others, { ...unknown, functionId: functionId ?? '', endpointId: endpointId ?? '' })).toEqual([]);
    expect(saving(others, { ...unknown, making: 'function' })).toEqual(['endpoint']);
  });

  const warnings = (found: ActualState, lock: Lock, values: Partial<DeployValues> = {}): string[] =>
    warnOfTakeOver({ ...desired().values, ...values }, found, lock, plan(desired(), found, lock, options));
  const [aFunction, anEndpoint, connections] = [/^The Function .* saves its text first\./, /^The Endpoint .* saves its text first\./, /^These connections .*"A Store"/];
  const matching = (...patterns: RegExp[]): unknown[] => patterns.map((pattern) => expect.stringMatching(pattern) as unknown);

  test('is warned of, with its connections; these also where the configuration names the others', () => {
    const lock = { ...unknown, connectionIds: {}, connections: {} };
    expect(warnings(others, lock)).toEqual(matching(aFunction, anEndpoint, connections));
    expect(warnings(others, lock, { functionId: 'f1' })).toEqual(matching(anEndpoint, connections));
    expect(warnings(others, lock, { functionId: 'f1', endpointId: 'e1' })).toEqual(matching(connections));
    expect(warnings(others, unknown, { functionId: 'f1', endpointId: 'e1' })).toEqual([]);
    expect(warnings(everything(), unknown)[0]).not.toContain('saved');
    expect(warnings(others, lockOfEverything())).toEqual([]);
  });
});

test('a chain that has ended is started', () => {
  expect(planned({ running: [] })).toEqual(['start chain']);
});

test.each([
  ['late', ['start chain']],
  ['never', ['start chain']],
  ['on_time', []],
  ['unknown', []],
] as const)('where something runs and the heartbeat is %s: %j', (heartbeat, expected) => {
  expect(stepsOf(plan(desired(), everything(), lockOfEverything(), { ...options, heartbeat }))).toEqual(expected);
});

test('what runs in a Function that is not ours is no chain', () => {
  const found = everything({ function: { id: 'f1', name: 'A', code: '', isDisabled: false } });
  expect(stepsOf(plan(desired(), found, lockOfEverything(), { ...options, heartbeat: 'unknown' }))).toContain('start chain');
});
