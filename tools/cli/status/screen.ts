import { replaceFile } from '../files';
import type { Form } from './form';
import { nagiosLine } from './nagios';
import { expositionOf } from './prometheus';
import type { StatusReport } from './report';
import { PLAIN, reportLine, reportLines } from './view';
import type { Style } from './view';

/** Shows reports. */
export interface Screen {
  /** @throws CliError file_unwritable */
  show(report: StatusReport): void;
  /** Ends the output. The last report stays. */
  end(): void;
}

/** A text on the terminal that is redrawn in place. */
export interface Picture {
  draw(text: string): void;
  /** Leaves the last text on the screen. */
  done(): void;
}

export interface ScreenOptions extends Form {
  /** Seconds between two reports; `undefined` for a single one. */
  everySeconds: number | undefined;
  print: (text: string) => void;
  isTerminal: boolean;
  /** Called before each report, because a terminal's width may change. */
  style: () => Style;
  openPicture: () => Promise<Picture>;
}

/** Shows reports in the chosen format. Several reports are redrawn in place, replace a file, or follow one another. */
export async function openScreen(options: ScreenOptions): Promise<Screen> {
  const { everySeconds, print, isTerminal, style, openPicture } = options;
  const show = writerFor(options);
  if (show !== undefined) return { show, end: () => undefined };
  const printing = (text: (report: StatusReport) => string): Screen => ({
    show: (report) => print(`${text(report)}\n`),
    end: () => undefined,
  });
  if (everySeconds === undefined) return printing((report) => reportLines(report, style()).join('\n'));
  if (!isTerminal || style() === PLAIN) return printing(reportLine);
  const picture = await openPicture();
  const hint = `Every ${everySeconds} s; Ctrl+C ends.`;
  return {
    show: (report) => picture.draw(`${reportLines(report, style()).join('\n')}\n${hint}\n`),
    end: () => picture.done(),
  };
}

/** @returns a function that writes a report for programs; `undefined` if the format is for people */
export function writerFor({ format, output, everySeconds, print }: Omit<ScreenOptions, 'isTerminal' | 'style' | 'openPicture'>): Screen['show'] | undefined {
  const isSingle = everySeconds === undefined;
  switch (format) {
    case 'text':
      return undefined;
    case 'json':
      return (report) => print(`${JSON.stringify(report, null, isSingle ? 2 : 0)}\n`);
    case 'nagios':
      return (report) => print(`${nagiosLine(report)}\n`);
    case 'prometheus':
      if (output !== undefined) return (report) => replaceFile(output, expositionOf(report));
      // An empty line separates one text from the next.
      return (report) => print(`${expositionOf(report)}${isSingle ? '' : '\n'}`);
  }
}
