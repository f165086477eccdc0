import { settingLine, VARIABLES } from '../../tools/cli/shell';

test.each(['env file', 'environment'] as const)('an Endpoint secret that is in the %s already is not set anew', (origin) => {
  expect(settingLine(VARIABLES.endpointSecret, origin)).toBeUndefined();
});
