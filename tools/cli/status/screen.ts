import type { StatusReport } from './report';
import { PLAIN } from './style';
import type { Style } from './style';
import { reportLine, reportLines } from './view';

/** Where reports go. */
export interface Screen {
  show(report: StatusReport): void;
  /** The last report stays. */
  end(): void;
}

/** How the caller wants to read them. */
export interface Manner {
  json: boolean;
  /** Seconds between two reports; absent for a single one. */
  everySeconds?: number | undefined;
}

/** What reports are written to. */
export interface Output {
  print: (text: string) => void;
  isTerminal: boolean;
  /** Asked before each report: a terminal's width changes. */
  style: () => Style;
  /** A text on the terminal that the next one replaces. */
  openPicture: () => Promise<Picture>;
}

export interface Picture {
  draw(text: string): void;
  /** Leaves the last text there. */
  done(): void;
}

/** One report as text or JSON; a picture that is drawn anew, or a line for each of many. */
export async function openScreen({ json, everySeconds }: Manner, output: Output): Promise<Screen> {
  const { print, isTerminal, style, openPicture } = output;
  const end = () => undefined;
  if (everySeconds === undefined) {
    const text = (report: StatusReport) => (json ? JSON.stringify(report, null, 2) : reportLines(report, style()).join('\n'));
    return { show: (report) => print(`${text(report)}\n`), end };
  }
  if (json) return { show: (report) => print(`${JSON.stringify(report)}\n`), end };
  if (!isTerminal || style() === PLAIN) return { show: (report) => print(`${reportLine(report)}\n`), end };
  const picture = await openPicture();
  const hint = `Every ${everySeconds} s; Ctrl+C ends.`;
  return {
    show: (report) => picture.draw(`${reportLines(report, style()).join('\n')}\n${hint}\n`),
    end: () => picture.done(),
  };
}
