import { isExempt } from '../../src/http/proxy';

/** Whether the list names the address. */
const names = (list: string, address: string): boolean => isExempt(list, new URL(address));

describe('NO_PROXY names', () => {
  // The first group are the forms that curl takes, tried on curl 7.88; the second are those of other clients.
  it.each([
    ['*', 'https://login.example.com'],
    ['example.com', 'https://example.com'],
    ['example.com', 'https://login.example.com'],
    ['.example.com', 'https://login.example.com'],
    ['.example.com', 'https://example.com'],
    ['com', 'https://login.example.com'],
    ['LOGIN.Example.com', 'https://login.example.COM'],
    ['login.example.com.', 'https://login.example.com'],
    ['example.com', 'https://login.example.com.'],
    ['other.example,example.com', 'https://login.example.com'],
    ['other.example, example.com', 'https://login.example.com'],
    ['other.example example.com', 'https://login.example.com'],
    ['127.0.0.1', 'http://127.0.0.1:8080'],
    ['10.0.0.0/8', 'https://10.255.0.7'],
    ['192.168.4.0/22', 'https://192.168.7.255'],
    ['::1', 'http://[::1]:8080'],
    ['2001:db8::/32', 'https://[2001:db8:7::1]'],

    ['other.example,*', 'https://login.example.com'],
    ['*.example.com', 'https://login.example.com'],
    ['login.example.com:443', 'https://login.example.com'],
    ['example.com:8443', 'https://login.example.com:8443'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['[::1]', 'http://[::1]'],
    ['[::1]:80', 'http://[::1]'],
    ['0:0:0:0:0:0:0:1', 'http://[::1]'],
    ['[2001:db8::/32]', 'https://[2001:db8::1]'],
    ['0.0.0.0/0', 'https://10.0.0.7'],
  ])('%s: %s', (list, address) => {
    expect(names(list, address)).toBe(true);
  });

  it.each([
    ['', 'https://login.example.com'],
    [',', 'https://login.example.com'],
    ['.', 'https://login.example.com'],
    ['ample.com', 'https://login.example.com'],
    ['login.example', 'https://login.example.com'],
    ['login.example.com', 'https://example.com'],
    ['login.example.com:8443', 'https://login.example.com'],
    ['login.example.com:80', 'https://login.example.com'],
    ['127.', 'http://127.0.0.1'],
    ['localhost', 'http://127.0.0.1'],
    ['127.0.0.1', 'http://localhost'],
    ['0.0.1', 'http://127.0.0.1'],
    ['192.168.4.0/22', 'https://192.168.8.0'],
    ['10.0.0.0/33', 'https://10.0.0.0'],
    ['10.0.0.0/x', 'https://10.0.0.0'],
    ['10.0.0.0/', 'https://10.0.0.0'],
    ['10.0.0.0/8', 'https://example.com'],
    ['::/0', 'https://10.0.0.7'],
    ['::1/129', 'http://[::1]'],
    ['[::1]:443', 'http://[::1]'],
  ])('%s, not %s', (list, address) => {
    expect(names(list, address)).toBe(false);
  });
});
