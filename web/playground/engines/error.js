/** An error with the fields of application/problem+json: `status`, `title`, `detail`, `parameter`, `allowed` …. */
export class EngineError extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? 'Something went wrong.');
    this.name = 'EngineError';
    this.problem = problem;
  }
}
