import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { badRequest } from '../api-error';
import type { Clock } from '../clock';
import type { ConnectionType, ExtensionDescription } from '../extensions/protocol';
import type { ExtensionRunner, InstalledExtension } from '../extensions/runner';
import type { ConnectionSchemas, ExportedConnectionType } from './connection-schemas';
import { EntityStore, type Entity } from './entities';
import type { Task, TaskQueue } from './tasks';

interface ExtensionData extends Omit<ExtensionDescription, 'editor'> {
  /** Package name. */
  name: string;
  label: string;
  version: string;
  description: string;
  imageUrlToken: string;
  trustedCode: boolean;
  extensionType: 'nodes';
}

export type StoredExtension = Entity<ExtensionData>;

/** The extensions: as entities, and in the runner of their nodes. */
export class Extensions {
  readonly extensions: EntityStore<ExtensionData>;

  constructor(
    clock: Clock,
    private readonly runner: ExtensionRunner,
    private readonly tasks: TaskQueue,
    private readonly schemas: ConnectionSchemas,
  ) {
    this.extensions = new EntityStore('extension', clock);
  }

  /**
   * Installs an archive at once, and replaces an extension of the same name.
   * @throws ApiError 400 if the platform would refuse the archive, or if it can't be loaded
   */
  async install(projectId: string, archivePath: string): Promise<InstalledExtension> {
    const installed = await this.runner.upload(archivePath);
    this.keep(projectId, installed);
    return installed;
  }

  /** Installs an archive in a task. The task fails if the platform would refuse the archive, or if the name is taken. */
  upload(projectId: string, archive: Buffer): Task {
    return this.tasks.start(projectId, 'uploadExtension', { projectId }, () =>
      this.unpack(projectId, archive, (name) => {
        if (this.named(projectId, name)) throw badRequest(`the extension ${name} exists already`);
      }),
    );
  }

  /** Replaces an extension in a task. The task fails if the archive has another extension. */
  update(extension: StoredExtension, archive: Buffer): Task {
    const { projectReference, _id } = extension;
    return this.tasks.start(projectReference, 'updateExtension', { projectId: projectReference, extension: _id }, () =>
      this.unpack(projectReference, archive, (name) => {
        if (name !== extension.name) throw badRequest(`the archive holds ${name}, not ${extension.name}`);
        this.extensions.find(_id);
      }),
    );
  }

  async remove(extension: StoredExtension): Promise<void> {
    this.extensions.remove(extension);
    this.schemas.set(extension.projectReference, extension.name, []);
    await this.runner.remove(extension.name);
  }

  /** @returns `undefined` if the project has no such extension, or the extension no such type */
  connectionType(projectId: string, extension: string, type: string): ConnectionType | undefined {
    return this.named(projectId, extension)?.connections.find((connection) => connection.type === type);
  }

  /** @returns the name of the extension that has the node; `undefined` for the platform's own nodes */
  ofNode(projectId: string, type: string): string | undefined {
    return this.extensions.list(projectId).find(({ nodes }) => nodes.some((node) => node.type === type))?.name;
  }

  private async unpack(projectId: string, archive: Buffer, check: (name: string) => void): Promise<void> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'extension-upload-'));
    try {
      const file = path.join(directory, 'extension.tar.gz');
      await writeFile(file, archive);
      this.keep(projectId, await this.runner.upload(file, check));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  private keep(projectId: string, { name, version, description, nodes, connections, editor }: InstalledExtension): void {
    this.schemas.set(projectId, name, editor.connections as unknown as ExportedConnectionType[]);
    const data = { version, description, nodes, connections };
    const present = this.named(projectId, name);
    if (present !== undefined) {
      this.extensions.change(present, data);
      return;
    }
    const rest = { label: name, imageUrlToken: randomBytes(32).toString('hex'), trustedCode: false, extensionType: 'nodes' as const };
    this.extensions.add(projectId, { name, ...data, ...rest });
  }

  private named(projectId: string, name: string): StoredExtension | undefined {
    return this.extensions.list(projectId).find((extension) => extension.name === name);
  }
}
