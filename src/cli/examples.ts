/** What people want most, per command: first in every help, and in the man page. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [command: string, why: string])[]>> = {
  pgmedic: [
    ['pgmedic test postgres://app@db.example.com/analytics', 'the first broken stage, and what to do'],
    ['pgmedic grants postgres://app@db.example.com/analytics --need read,write', 'may it do its job?'],
    ['pgmedic sql postgres://app@db.example.com/analytics --need read,write', 'what an administrator has to run'],
    ['pgmedic tunnel postgres://app@db.internal/analytics --ssh ops@bastion', 'hold the way open'],
    ['pgmedic explain auth-no-hba-entry', 'a finding in full'],
  ],
  test: [
    ['pgmedic test postgres://app@db.example.com/analytics', ''],
    ['pgmedic test -h db.internal -U app -d analytics --ssh ops@bastion.example.com', 'through a bastion'],
    ['pgmedic test --wait 5m', 'PG* variables; wait for a server that is starting'],
    ['pgmedic test @warehouse -o table -o junit=report.xml', 'a connection of pgmedic.yaml, for CI'],
    ['pgmedic test --dbt', 'what dbt debug would connect to'],
  ],
  grants: [
    ['pgmedic grants postgres://app@db.example.com/analytics', 'what the role may do'],
    ["pgmedic grants @warehouse --need read --schema 'staging|marts'", 'exit 1 when something is missing'],
    ['pgmedic grants --all --jobs 16 -o table -o html=grants.html', 'every connection of pgmedic.yaml'],
    ['pgmedic grants postgres://app@db.example.com/analytics --generate > pgmedic.yaml', 'expect what is there now'],
  ],
  sql: [
    ['pgmedic sql postgres://app@db.example.com/analytics --need read', 'statements, ready for psql'],
    ['pgmedic sql @warehouse --revoke', 'what takes them back'],
  ],
  tunnel: [
    ['pgmedic tunnel postgres://app@db.internal/analytics --ssh ops@bastion', 'hold a local port'],
    ['pgmedic tunnel @warehouse -- psql', 'run a command through it'],
    ['pgmedic tunnel @warehouse --idle-test', 'when is an idle connection cut?'],
  ],
  explain: [
    ['pgmedic explain', 'all codes'],
    ['pgmedic explain tls-not-offered', ''],
  ],
  config: [['pgmedic config check', 'everything that is wrong in pgmedic.yaml']],
  completion: [['source <(pgmedic completion bash)', '']],
};

/** As they stand in a help. */
export function exampleText(name: string): string {
  const examples = EXAMPLES[name] ?? [];
  const lines = examples.flatMap(([command, why]) => [...(why === '' ? [] : [`  # ${why}`]), `  ${command}`]);
  return examples.length === 0 ? '' : `Examples:\n${lines.join('\n')}\n`;
}
