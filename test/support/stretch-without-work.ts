import crypto from 'node:crypto';

/** The key of the lock file's hashes, which takes its time on purpose: other keys still make other hashes. */
export function stretchWithoutWork(): jest.SpyInstance {
  return jest
    .spyOn(crypto, 'scryptSync')
    .mockImplementation((secret, salt, bytes) => Buffer.from(crypto.hkdfSync('sha256', secret, salt, '', bytes)));
}
