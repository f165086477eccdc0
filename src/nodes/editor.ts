// What the editor shows, in a file of its own. The upload reads it. An execution needs it only to name the setting that an error is about.
export { connections } from '../connections';
export { FORGET_FIELDS } from '../settings/forget-fields';
export { REQUEST_FIELDS } from '../settings/request-fields';
export { formOf, tokenForm } from './form';
export { withLabel } from './with-label';
