import { z } from 'zod';
import { CONFIG_SCHEMA } from './config-schema.ts';

/** The JSON Schema of `pgmedic.yaml`, for editors; shipped as `schema/config.v1.json`. */
export const configJsonSchema = (): object => ({
  $id: 'https://pgmedic.dev/schema/config.v1.json',
  title: 'pgmedic.yaml, version 1',
  ...z.toJSONSchema(CONFIG_SCHEMA, { target: 'draft-2020-12' }),
});
