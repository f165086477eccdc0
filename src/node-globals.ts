// Bundled in place of these globals, which the platform's VM may lack or change.
export { Buffer } from 'buffer';
export { default as process } from 'process';
export { URL, URLSearchParams } from 'url';
