// What the editor shows, in a file of its own: it is read when the extension is uploaded, and an execution needs it only to say
// which setting an error is about.
export { connections } from '../connections';
export { FORGET_FIELDS } from '../settings/forget-fields';
export { REQUEST_FIELDS } from '../settings/request-fields';
export { formOf, tokenForm } from './form';
export { withLabel } from './with-label';
