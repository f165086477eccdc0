import { functionVersion, PLACEHOLDER_CODE, transformerVersion } from '../../../tools/cli/rendered/ownership';

test('our own files are told from others, with their version', () => {
  expect(functionVersion(PLACEHOLDER_CODE)).toBe('0');
  expect(functionVersion('/*\r\n * Access Token 0.1.0: the background chain, which')).toBe('0.1.0');
  expect(transformerVersion('\n/*\n * Access Token 2.0.0-rc.1: the shared token store, for a REST Endpoint.')).toBe('2.0.0-rc.1');
  for (const text of ['', '// Access Token 1: the shared token store', 'createRestTransformer({});', PLACEHOLDER_CODE]) {
    expect(transformerVersion(text)).toBeUndefined();
  }
});
