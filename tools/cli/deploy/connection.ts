import type { ConnectionItem } from '../api';
import type { Lock } from '../lock';

import type { Change } from './change';
import type { Found } from './found';
import { locate } from './locate';
import { connectionStep } from './lock-keeper';
import type { Ids } from './wanted';
import { make } from './work';
import type { Work } from './work';

/** Creates a connection, or writes its fields anew, and notes what tells the next run that they are the same. */
export async function deployConnection(
  { action, name }: Change,
  found: Found,
  ids: Ids,
  hashFields: (fields: Readonly<Record<string, string>>) => string,
  work: Work,
): Promise<void> {
  const { api, wanted, keeper } = work;
  const { projectId } = wanted.values;
  const connection = wanted.connections(ids).find((one) => one.name === name);
  if (connection?.fields === undefined) throw new Error('A connection was to be written before its fields were known.');
  const { fields, type, extension } = connection;
  const known = (id: string, lastChanged: number): Pick<Lock, 'connectionIds' | 'connections'> => ({
    connectionIds: { ...keeper.lock.connectionIds, [connection.name]: id },
    connections: { ...keeper.lock.connections, [connection.name]: { hash: hashFields(fields), lastChanged } },
  });
  const current = found.connections.get(connection.name);
  if (action === 'create' || current === undefined) {
    const find = async (): Promise<ConnectionItem | undefined> => {
      const items = (await api.connections(projectId)).filter((one) => one.type === type && one.extension === extension);
      return locate(items, { kind: 'connection', name: connection.name });
    };
    const step = connectionStep(connection.name);
    const made = await make(step, work, () => api.createConnection(projectId, { ...connection, fields }), find);
    keeper.made(step, known(made.id, made.lastChanged));
  } else {
    await api.updateConnection(current.id, fields);
    keeper.update(known(current.id, await api.connectionChanged(current.id)));
  }
}
