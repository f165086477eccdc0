// Bundled in place of these globals, because the platform's VM may lack them or have unusual ones.
export { Buffer } from 'buffer';
export { default as process } from 'process';
export { URL, URLSearchParams } from 'url';
