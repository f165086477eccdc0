import { writing } from '../../tools/cli/writing';

function failing(error: Error): () => void {
  return () => {
    throw error;
  };
}

test.each(['EACCES', 'EROFS', 'ENOSPC'])('what the operating system refuses (%s) is a failure with a code, in its own words', (code) => {
  const error = Object.assign(new Error(`${code}: no, open '/x.pid'`), { code, syscall: 'open' });
  const message = `A file can't be written: ${code}: no, open '/x.pid'.`;
  expect(() => writing(failing(error))).toThrow(expect.objectContaining({ code: 'file_unwritable', exitCode: 1, message }) as Error);
});

test.each([
  new TypeError('x is not a function'),
  Object.assign(new Error('no such option'), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' }),
])('%s is not taken for that', (error) => {
  expect(() => writing(failing(error))).toThrow(error);
});
