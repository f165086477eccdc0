import type { ProjectAnswers } from './answers';
import type { Prompter } from './prompter';
import type { Questions } from './questions';
import { tryOut } from './trial';

/** Reads a project from the management API. Rejects with one of the product's errors. */
export type ReadProject = (project: ProjectAnswers) => Promise<{ name: string }>;

const SUSPECTS = new Map<string, keyof ProjectAnswers>([
  ['api_key_refused', 'apiKey'],
  ['api_forbidden', 'apiKey'],
  ['project_not_found', 'projectId'],
]);

/**
 * Reads the project once from the management API, to check the API key.
 *
 * @throws Cancelled
 */
export async function tryProject(
  first: ProjectAnswers,
  questions: Questions,
  prompter: Prompter,
  readProject: ReadProject,
): Promise<ProjectAnswers> {
  const { answers, result } = await tryOut<ProjectAnswers, { name: string }, keyof ProjectAnswers>(
    first,
    {
      saying: 'Asking the API for the project …',
      attempt: readProject,
      corrections: [
        { value: 'projectId', label: 'Correct the project' },
        { value: 'apiUrl', label: 'Correct the URL of the API' },
        { value: 'apiKey', label: 'Enter the API key again' },
      ],
      suspect: (code) => SUSPECTS.get(code) ?? 'apiUrl',
      correct: async (name, project) => ({ ...project, [name]: await questions.projectSetting(name, project[name]) }),
    },
    prompter,
  );
  if (result !== undefined) prompter.say(`The API key works for the project "${result.name}".`);
  return answers;
}
