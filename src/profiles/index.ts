import { airbyteDestination } from './airbyte-destination.ts';
import { airbyteSource } from './airbyte-source.ts';
import { application } from './application.ts';
import { dagster } from './dagster.ts';
import { dbt } from './dbt.ts';
import { debezium } from './debezium.ts';
import { fivetran } from './fivetran.ts';
import { hightouch } from './hightouch.ts';
import { neosyncDestination } from './neosync-destination.ts';
import { neosyncSource } from './neosync-source.ts';
import { prequel } from './prequel.ts';
import { readOnly } from './read-only.ts';
import type { Profile } from './profile.ts';

/** Every built-in profile. A new one is its file of data and one line here. */
export const PROFILES: readonly Profile[] = [
  dbt,
  dagster,
  prequel,
  neosyncSource,
  neosyncDestination,
  airbyteSource,
  airbyteDestination,
  fivetran,
  hightouch,
  debezium,
  readOnly,
  application,
];

export const findProfile = (name: string): Profile | undefined => PROFILES.find((profile) => profile.name === name);
