/** What went wrong, with the kinds and fields that every Edgepix host has. */
export class EdgepixError extends Error {
  constructor({ code, message, parameter, allowed, limit, actual }, options) {
    super(message, options);
    this.name = 'EdgepixError';
    this.code = code;
    this.parameter = parameter;
    this.allowed = allowed;
    this.limit = limit;
    this.actual = actual;
  }
}

/** The fields of an error, which outlive the way to another thread; the prototype does not. */
export const fields = ({ code, message, parameter, allowed, limit, actual }) =>
  ({ code, message, parameter, allowed, limit, actual });
