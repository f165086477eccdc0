import type { LimitFinding } from '../../wire';

/** Warns of texts that are longer than the platform takes, where they are. */
export function TooLong({ findings, path }: { findings: LimitFinding[]; path: string }) {
  const found = findings.filter((finding) => finding.path === path || finding.path.startsWith(`${path}/`));
  if (found.length === 0) return null;
  return (
    <ul class="warning">
      {found.map(({ path: place, problem }) => (
        <li key={place}>
          The platform refuses this: <code>{place.slice(path.length + 1) || place}</code> {problem}.
        </li>
      ))}
    </ul>
  );
}
