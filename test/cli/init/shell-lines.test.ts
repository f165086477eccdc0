import { VARIABLES } from '../../../tools/cli/init/answers';
import { settingLine } from '../../../tools/cli/init/shell-lines';

test.each(['env file', 'environment'] as const)('an Endpoint secret that is in the %s already is not set anew', (origin) => {
  expect(settingLine(VARIABLES.endpointSecret, origin)).toBeUndefined();
});
