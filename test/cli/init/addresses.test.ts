import { otherThanApi, projectIdOf } from '../../../tools/cli/init/addresses';

test.each([
  ['https://trial.cognigy.ai/project/64b7f0c2a1b2c3d4e5f60718/agent/flows', '64b7f0c2a1b2c3d4e5f60718'],
  ['trial.cognigy.ai/project/64b7f0c2a1b2c3d4e5f60718', '64b7f0c2a1b2c3d4e5f60718'],
  ['https://bots.example.com/#/project/64b7?tab=1', '64b7'],
  ['64b7f0c2a1b2c3d4e5f60718', '64b7f0c2a1b2c3d4e5f60718'],
  ['https://trial.cognigy.ai/login', 'https://trial.cognigy.ai/login'],
])('of the project %s the id is %s', (pasted, id) => {
  expect(projectIdOf(pasted)).toBe(id);
});

test.each([
  ['https://trial.cognigy.ai', 'of the user interface. The API\'s is https://api-trial.cognigy.ai.'],
  ['https://app-us.cognigy.ai/project/64b7', 'of the user interface. The API\'s is https://api-app-us.cognigy.ai.'],
  ['https://endpoint-trial.cognigy.ai/abc', 'of Endpoints. The API\'s is https://api-trial.cognigy.ai.'],
  ['https://bots.example.com/project/64b7', 'most likely https://api-bots.example.com.'],
  ['https://api-trial.cognigy.ai/project/64b7', 'most likely https://api-trial.cognigy.ai.'],
  ['http://127.0.0.1:8080/login', 'most likely http://127.0.0.1:8080.'],
])('%s is not the API', (address, problem) => {
  expect(otherThanApi(address)).toContain(problem);
});

test.each(['https://api-trial.cognigy.ai', 'https://api.cognigy.ai', 'https://cognigy-api.example.com', 'http://127.0.0.1:8080', 'https://api.example.com/new/v2.0', 'api', ''])(
  '%s may be',
  (address) => {
    expect(otherThanApi(address)).toBeUndefined();
  },
);
