import { connectionStringCodes } from './codes-connection-string.ts';
import { doctorCodes } from './codes-doctor.ts';
import { fileCodes } from './codes-files.ts';
import { ignoredCodes } from './codes-ignored.ts';
import { valueCodes } from './codes-values.ts';

/** The words of everything that can be wrong, or worth hearing, about a target before connecting. */
export const targetCodes = {
  ...connectionStringCodes,
  ...valueCodes,
  ...fileCodes,
  ...doctorCodes,
  ...ignoredCodes,
} as const;

export type TargetCode = keyof typeof targetCodes;

export const isTargetCode = (code: string): code is TargetCode => Object.hasOwn(targetCodes, code);
