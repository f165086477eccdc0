import crypto from 'node:crypto';
import lodash from 'lodash';
import moment from 'moment';
import * as uuid from 'uuid';
import * as xmljs from 'xml-js';

/** The modules that a transformer finds as globals. */
export function transformerModules(): Record<string, unknown> {
  return { uuid, crypto, _: lodash, moment, xmljs };
}
