import { extensionNodePackageDataSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/IExtension';
import { nodeFieldConditionSchema } from '@cognigy/rest-api-client/build/shared/interfaces/resources/INodeDescriptorSet';
import Ajv from 'ajv';

import type { LimitFinding } from './wire';

/** The keywords that limit a length. Others are about shapes, and branches of a `oneOf` that don't apply report those too. */
const LENGTHS = new Set(['maxLength', 'maxItems', 'format']);

const check = new Ajv({
  allErrors: true,
  strict: false,
  // The only one of the vendor's formats that limits a length.
  formats: { 'resource-name': /^[^]{1,200}$/ },
  logger: false,
})
  .addSchema(nodeFieldConditionSchema)
  .compile(withoutRepeatedIds(extensionNodePackageDataSchema));

/** Finds texts and lists that are longer than the vendor's schema allows. */
export function findTooLong(forms: { nodes: unknown[]; connections: unknown[] }): LimitFinding[] {
  if (check(forms)) return [];
  const findings = (check.errors ?? [])
    .filter(({ keyword }) => LENGTHS.has(keyword))
    .map(({ instancePath, keyword, message = '' }) => {
      return { path: instancePath, problem: keyword === 'format' ? 'must have 1 to 200 characters' : message };
    });
  // Each branch of a `oneOf` reports the same finding.
  return [...new Map(findings.map((finding) => [`${finding.path} ${finding.problem}`, finding])).values()];
}

/** The vendor repeats a schema with its id wherever it is used, which JSON Schema does not allow. */
function withoutRepeatedIds(schema: object): object {
  const text = JSON.stringify(schema, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && '$id' in part ? { $ref: part.$id } : part,
  );
  return JSON.parse(text) as object;
}
