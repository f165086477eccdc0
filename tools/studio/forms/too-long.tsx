import type { LimitFinding } from '../../sandbox/studio/wire';

interface TooLongProps {
  findings: LimitFinding[];
  /** The parts of the description to warn about, with everything in them, as JSON pointers. */
  paths: string[];
}

/** Warns about texts that are longer than the platform allows. */
export function TooLong({ findings, paths }: TooLongProps) {
  const found = findings.flatMap(({ path, problem }) => {
    const part = paths.find((one) => path === one || path.startsWith(`${one}/`));
    return part === undefined ? [] : [{ path, place: path.slice(part.length + 1) || path, problem }];
  });
  if (found.length === 0) return null;
  return (
    <ul class="warning">
      {found.map(({ path, place, problem }) => (
        <li key={`${path} ${problem}`}>
          The platform refuses this: <code>{place}</code> {problem}.
        </li>
      ))}
    </ul>
  );
}
