import crypto from 'node:crypto';

/** Makes the key for the lock file's hashes without the slow scrypt. Different secrets still make different hashes. */
export function stretchWithoutWork(): jest.SpyInstance {
  return jest
    .spyOn(crypto, 'scryptSync')
    .mockImplementation((secret, salt, bytes) => Buffer.from(crypto.hkdfSync('sha256', secret, salt, '', bytes)));
}
