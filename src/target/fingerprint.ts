/** Whether a text is the fingerprint of a host key as ssh-keygen -l prints it; a padding = may follow. */
export const isFingerprint = (text: string): boolean => /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text);
