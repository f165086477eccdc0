import { DeploymentPlatform, EVERYTHING, NOTHING, secretsIn } from './deployment';
import type { Outcome } from './deployment';

/** More calls than any run makes. */
const MOST_CALLS = 60;

/** Reads the single JSON document of a run. Any failure will do except a defect of the program (`unexpected_error`). */
export function documentOf({ out, err }: Outcome): { ok?: boolean; code: string; message: string } {
  const document = JSON.parse(out) as { ok?: boolean; error?: { code: string; message: string }; findings?: { code: string; message: string }[] };
  const { code, message } = document.error ?? document.findings?.[0] ?? { code: '', message: '' };
  expect({ code, err }).not.toEqual({ code: 'unexpected_error', err });
  return { ...(document.ok === undefined ? {} : { ok: document.ok }), code, message };
}

/** @param calls the numbers of the calls to answer strangely, one in each run, from 1. Default: all. */
export function describeOneStrangeAnswer(calls = Array.from({ length: MOST_CALLS }, (_, index) => index + 1)): void {
  describe('one strange answer among the right ones', () => {
    let platform: DeploymentPlatform;
    beforeAll(async () => {
      platform = await DeploymentPlatform.startVirtual();
    });
    afterEach(() => platform.clear());
    afterAll(async () => {
      await platform.close();
      expect(secretsIn(platform.printed)).toEqual([]);
    });

    test.each(['<!doctype html><html></html>', '{}'])('%j is a failure with a code, or no matter, and the next run finishes', async (body) => {
      for (const nth of calls) {
        const project = platform.newProject();
        const { management } = platform.sandbox;
        const clear = management.setFault({ path: /^\/(?!.*trigger)/, nth, body });
        documentOf(await project.cli('deploy', '--json'));
        const isOver = management.calls.length < nth;
        clear();
        expect(await project.cli('deploy')).toMatchObject({ code: 0 });
        expect(await project.counts()).toEqual(EVERYTHING);
        // DELETE may answer with an empty object.
        if (body === '{}' && isOver) return;
        if (body === '{}') continue;
        const clearAgain = management.setFault({ path: /^\/(?!.*trigger)/, nth, body });
        documentOf(await project.cli('undeploy', '--yes', '--json'));
        clearAgain();
        expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
        expect(await project.counts()).toEqual(NOTHING);
        if (isOver) return;
      }
    });
  });
}
