import { spawnSync } from 'node:child_process';

/** Reads documents with Python's own parser and gives what a CI system would take from them. */
const READER = `
import sys, json, xml.etree.ElementTree as ET
result = []
for document in json.load(sys.stdin):
  root = ET.fromstring(document.encode())
  assert root.tag == 'testsuites'
  out = []
  for suite in root:
    cases = suite.findall('testcase')
    assert int(suite.get('tests')) == len(cases)
    assert int(suite.get('failures')) == len(suite.findall('testcase/failure'))
    assert int(suite.get('skipped')) == len(suite.findall('testcase/skipped'))
    for case in cases:
      assert case.get('classname') and float(case.get('time')) >= 0
      failure = case.find('failure')
      out.append({ 'suite': suite.get('name'), 'name': case.get('name'),
        'outcome': 'skipped' if case.find('skipped') is not None else 'ok' if failure is None else 'failure',
        'message': '' if failure is None else failure.get('message'), 'text': '' if failure is None else failure.text })
  assert sum(int(s.get('tests')) for s in root) == int(root.get('tests'))
  assert sum(int(s.get('failures')) for s in root) == int(root.get('failures'))
  result.append(out)
print(json.dumps(result))
`;

export interface ReadCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'ok' | 'failure' | 'skipped';
  readonly message: string;
  readonly text: string;
}

/** Whether there is a reader that is not ours: Debian package `python3`. */
export const HAS_JUNIT_READER = spawnSync('python3', ['--version']).status === 0;

/** The cases of each document. Throws where one is not well-formed or its totals are wrong. */
export function readJunit(documents: readonly string[]): ReadCase[][] {
  const run = spawnSync('python3', ['-c', READER], { input: JSON.stringify(documents), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as ReadCase[][];
}
