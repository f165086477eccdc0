// What the editor shows, in a file of its own. It is read when the extension is uploaded. An execution needs it only to
// name the setting that caused an error.
export { connections } from '../connections';
export { FORGET_FIELDS } from '../settings/forget-fields';
export { REQUEST_FIELDS } from '../settings/request-fields';
export { formOf, tokenForm } from './form';
export { withLabel } from './with-label';
