// axios-transport is left out on purpose: whoever needs it imports it lazily, others don't load axios.
export * from './form';
export * from './retry-after';
export * from './transport';
export * from './url';
