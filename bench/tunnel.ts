import type { Figure } from './figure.ts';
export const tunnel = (): Promise<readonly Figure[]> => Promise.resolve([]);
