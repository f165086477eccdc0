// Bundled instead of these globals: the platform's VM need not have them, or has odd ones.
export { Buffer } from 'buffer';
export { default as process } from 'process';
export { URL, URLSearchParams } from 'url';
