// Bundled in the place of these globals: the platform's VM need not have them, nor real ones.
export { Buffer } from 'buffer';
export { default as process } from 'process';
export { URL, URLSearchParams } from 'url';
