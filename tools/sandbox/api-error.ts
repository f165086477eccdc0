/** An error answer of the management API or of an Endpoint. */
export class ApiError extends Error {
  /**
   * @param status HTTP status
   * @param title short name of the problem, e.g. `Bad Request`
   * @param detail what was wrong and what is allowed
   */
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(`${title}: ${detail}`);
    this.name = 'ApiError';
  }

  /** The JSON body of the answer. */
  toBody(): { type: string; title: string; status: number; detail: string } {
    return { type: this.title, title: this.title, status: this.status, detail: this.detail };
  }
}

export function badRequest(detail: string): ApiError {
  return new ApiError(400, 'Bad Request', detail);
}

export function notFound(detail: string): ApiError {
  return new ApiError(404, 'Not Found', detail);
}

export function unprocessable(detail: string): ApiError {
  return new ApiError(422, 'Unprocessable Content', detail);
}

/** @param what names what the platform has and the sandbox lacks */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, 'Not Implemented', `the platform has ${what}, the sandbox does not`);
}
