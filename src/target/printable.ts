/**
 * A name taken from malformed text, fit for print. Where a connection string is broken, any piece of it may belong to
 * the password, so only what looks like an option's name is shown.
 */
export const printable = (name: string): string => (/^[A-Za-z][A-Za-z0-9_.-]{0,40}$/.test(name) ? name : '***');
