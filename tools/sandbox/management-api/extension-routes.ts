import type { Request } from 'express';
import { omit } from 'lodash';
import { badRequest } from '../api-error';
import { isJsonObject } from '../json';
import { crudRoutes } from './crud';
import type { Extensions } from './extensions';
import { readUploadForm } from './multipart';
import type { Projects } from './projects';
import { created, type ManagementResource } from './route';
import { createdTask } from './tasks';

/** `/extensions`: upload, update, list, read, trust, delete. */
export function extensionsResource(extensions: Extensions, projects: Projects): ManagementResource {
  const store = extensions.extensions;
  return {
    path: 'extensions',
    routes: [
      ...crudRoutes({
        store,
        projects,
        toItem: (extension) => omit(extension, 'nodes', 'connections'),
        toView: (extension) => ({ ...extension, projectId: extension.projectReference }),
        change: (extension, body) => {
          if (!isJsonObject(body) || typeof body.trustedCode !== 'boolean') throw badRequest('body/trustedCode is missing');
          store.change(extension, { trustedCode: body.trustedCode });
        },
        remove: (extension) => extensions.remove(extension),
      }),
      {
        method: 'post',
        path: '/upload',
        answer: async (request) => {
          const { projectId, file } = await readArchive(request, projects);
          return created(createdTask(extensions.upload(projectId, file)));
        },
      },
      {
        method: 'post',
        path: '/update',
        answer: async (request) => {
          const { projectId, file, texts } = await readArchive(request, projects);
          const extension = store.find(texts.extension);
          if (extension.projectReference !== projectId) throw badRequest('the extension is in another project');
          return created(createdTask(extensions.update(extension, file)));
        },
      },
    ],
  };
}

interface Archive {
  projectId: string;
  file: Buffer;
  texts: Record<string, string>;
}

async function readArchive(request: Request, projects: Projects): Promise<Archive> {
  const { texts, file } = await readUploadForm(request);
  const projectId = projects.find(texts.projectId)._id;
  if (file === undefined) throw badRequest('the part "file" is missing');
  return { projectId, file, texts };
}
