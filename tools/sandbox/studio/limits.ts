import { extensionNodePackageDataSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/IExtension';
import { nodeFieldConditionSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/INodeDescriptorSet';
import Ajv from 'ajv';

import type { LimitFinding } from './wire';

/** Other keywords are about shapes, and the branches of a `oneOf` that don't apply complain too. */
const LENGTHS = new Set(['maxLength', 'maxItems', 'format']);

const check = new Ajv({
  allErrors: true,
  strict: false,
  // Of the vendor's formats only this one limits a length.
  formats: { 'resource-name': /^[^]{1,200}$/ },
  logger: false,
})
  .addSchema(nodeFieldConditionSchema)
  .compile(withoutRepeatedIds(extensionNodePackageDataSchema));

/** Texts and lists that are longer than the platform takes, by the vendor's own schema. */
export function findTooLong(forms: { nodes: unknown[]; connections: unknown[] }): LimitFinding[] {
  if (check(forms)) return [];
  const findings = (check.errors ?? [])
    .filter(({ keyword }) => LENGTHS.has(keyword))
    .map(({ instancePath, keyword, message = '' }) => {
      return { path: instancePath, problem: keyword === 'format' ? 'must have 1 to 200 characters' : message };
    });
  // The branches of a `oneOf` complain one by one.
  return [...new Map(findings.map((finding) => [`${finding.path} ${finding.problem}`, finding])).values()];
}

/** The vendor repeats the schema that has an id wherever it is used, which JSON Schema does not allow. */
function withoutRepeatedIds(schema: object): object {
  const text = JSON.stringify(schema, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && '$id' in part ? { $ref: part.$id } : part,
  );
  return JSON.parse(text) as object;
}
