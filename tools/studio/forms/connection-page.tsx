import { useState } from 'preact/hooks';

import type { ConnectionForm, ExtensionForms } from '../../sandbox/studio/wire';
import { ConnectionFields } from './connection-fields';
import { TooLong } from './too-long';

/** The form of a connection type. An admin fills it in once. */
export function ConnectionPage({ connection, forms }: { connection: ConnectionForm; forms: ExtensionForms }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const path = `/connections/${forms.connections.indexOf(connection)}`;
  return (
    <>
      <h2 tabIndex={-1}>{connection.label}</h2>
      <p class="hint">
        The connection type <code>{connection.type}</code>. What is typed here is sent nowhere.
      </p>
      <TooLong findings={forms.findings} paths={[path]} />
      <form class="editor" aria-label={connection.label} onSubmit={(event) => event.preventDefault()}>
        <ConnectionFields connection={connection} values={values} onChange={setValues} />
      </form>
    </>
  );
}
