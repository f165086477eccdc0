import { replaceFile } from '../files';
import type { Form } from './form';
import { nagiosLine } from './nagios';
import { expositionOf } from './prometheus';
import type { StatusReport } from './report';
import { PLAIN, reportLine, reportLines } from './view';
import type { Style } from './view';

/** Where reports go. */
export interface Screen {
  /** @throws CliError file_unwritable */
  show(report: StatusReport): void;
  /** The last report stays. */
  end(): void;
}

/** A text on the terminal that the next one replaces. */
export interface Picture {
  draw(text: string): void;
  /** Leaves the last text there. */
  done(): void;
}

export interface ScreenOptions extends Form {
  /** Seconds between two reports; absent for a single one. */
  everySeconds: number | undefined;
  print: (text: string) => void;
  isTerminal: boolean;
  /** Asked before each report: a terminal's width changes. */
  style: () => Style;
  openPicture: () => Promise<Picture>;
}

/** One report in the chosen format; of many, a picture that is redrawn, a file that is replaced, or one text after the other. */
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

/** @returns what writes a report for programs; `undefined` where it is for people */
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
      // An empty line tells one text from the next.
      return (report) => print(`${expositionOf(report)}${isSingle ? '' : '\n'}`);
  }
}
