import { randomUUID } from 'node:crypto';
import type { ApiError } from '../api-error';

/** RFC 7807 with the vendor's additions, as `toRFC7807Response` in its client. */
export interface Problem {
  type: string;
  title: string;
  detail: string;
  /** The path of the request, without its query. */
  instance: string;
  status: number;
  traceId: string;
  /** The vendor's own error number. */
  code: number;
  details: object;
}

/** The vendor's `ErrorCode`, where it differs from the HTTP status. */
const CODES: Readonly<Record<number, number>> = { 404: 1002, 409: 1004, 500: 1008, 501: 1009 };

export function toProblem({ title, detail, status }: ApiError, path: string): Problem {
  return {
    type: 'about:blank',
    title,
    detail,
    instance: path,
    status,
    traceId: `sandbox-${randomUUID()}`,
    code: CODES[status] ?? status,
    details: {},
  };
}
