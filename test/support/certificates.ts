import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Issued {
  readonly cert: string;
  readonly key: string;
}

interface CertificateRequest {
  readonly commonName?: string;
  /** Subject alternative names, as openssl writes them: `DNS:a.example`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  /** Days from now; negative ones lie in the past. */
  readonly from?: number;
  readonly to?: number;
  /** An argument list for `openssl genpkey`; P-256 unless told. */
  readonly key?: readonly string[];
  /** The digest of the signature; sha256 unless told. */
  readonly digest?: string;
  /** Makes an intermediate authority. */
  readonly authority?: boolean;
}

/** A certificate authority that lives in a temporary folder. */
export interface Authority extends Issued {
  readonly issue: (request: CertificateRequest) => Issued;
  /** An authority whose certificate this one signs. */
  readonly intermediate: (commonName: string) => Authority;
  /** A revocation list (PEM) that names these certificates. */
  readonly crl: (...revoked: readonly Issued[]) => string;
  readonly remove: () => void;
}

export interface AuthorityOptions {
  readonly key?: readonly string[];
  /** Extra arguments of each signing, for example the RSASSA-PSS padding. */
  readonly sign?: readonly string[];
}

export const P256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const RSA = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
export const ED25519 = ['-algorithm', 'ED25519'];

const openssl = (folder: string, ...args: readonly string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const CONFIG = `[ca]
default_ca = own
[own]
new_certs_dir = .
database = index
serial = serial
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 30
default_crl_days = 30
policy = any
unique_subject = no
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = none
[none]
`;

/** A date in openssl's form, so many days from now. */
const date = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');

function open(folder: string, options: AuthorityOptions): Authority {
  let count = 0;
  writeFileSync(path.join(folder, 'config'), CONFIG);
  writeFileSync(path.join(folder, 'index'), '');
  writeFileSync(path.join(folder, 'serial'), `10${randomBytes(8).toString('hex')}\n`);
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const issue = (request: CertificateRequest): Issued => {
    const { commonName, names = [], from = -1, to = 30, key = P256, digest = 'sha256', authority = false } = request;
    const id = `c${count++}`;
    const subject = `${commonName === undefined ? '' : `/CN=${commonName}`}/O=pgmedic test`;
    openssl(folder, 'genpkey', ...key, '-out', `${id}.key`);
    openssl(folder, 'req', '-new', '-config', 'config', '-key', `${id}.key`, '-subj', subject, '-out', `${id}.csr`);
    const extensions = [`basicConstraints=critical,CA:${authority ? 'TRUE' : 'FALSE'}`];
    if (names.length > 0) extensions.push(`subjectAltName=${names.join(',')}`);
    writeFileSync(path.join(folder, `${id}.ext`), extensions.join('\n'));
    const dates = ['-startdate', date(from), '-enddate', date(to)];
    const files = ['-in', `${id}.csr`, '-out', `${id}.pem`, '-extfile', `${id}.ext`];
    const sign = ['-md', digest, ...(options.sign ?? [])];
    openssl(folder, 'ca', '-batch', '-config', 'config', '-notext', ...files, ...dates, ...sign);
    return { cert: read(`${id}.pem`), key: read(`${id}.key`) };
  };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return {
    cert: read('ca.pem'),
    key: read('ca.key'),
    issue,
    remove,
    intermediate(commonName) {
      const own = issue({ commonName, authority: true });
      const child = path.join(folder, `sub${count++}`);
      execFileSync('mkdir', [child]);
      writeFileSync(path.join(child, 'ca.pem'), own.cert);
      writeFileSync(path.join(child, 'ca.key'), own.key);
      return open(child, options);
    },
    crl(...revoked) {
      for (const { cert } of revoked) {
        writeFileSync(path.join(folder, 'revoked.pem'), cert);
        openssl(folder, 'ca', '-config', 'config', '-revoke', 'revoked.pem');
      }
      return openssl(folder, 'ca', '-config', 'config', '-gencrl');
    },
  };
}

/** A new self-signed authority. `remove` deletes its folder and those of its intermediates. */
export function createAuthority(commonName = 'pgmedic test CA', options: AuthorityOptions = {}): Authority {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-ca-'));
  openssl(folder, 'genpkey', ...(options.key ?? P256), '-out', 'ca.key');
  const subject = ['-subj', `/CN=${commonName}`, '-days', '30', '-addext', 'basicConstraints=critical,CA:TRUE'];
  openssl(folder, 'req', '-x509', '-new', '-key', 'ca.key', '-out', 'ca.pem', ...subject);
  return open(folder, options);
}

/** A certificate that signs itself. */
export function selfSigned(commonName: string, names: readonly string[] = []): Issued {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-self-'));
  try {
    openssl(folder, 'genpkey', ...P256, '-out', 'key');
    const alternative = names.length > 0 ? ['-addext', `subjectAltName=${names.join(',')}`] : [];
    openssl(
      folder,
      'req',
      '-x509',
      '-new',
      '-key',
      'key',
      '-subj',
      `/CN=${commonName}`,
      '-days',
      '30',
      '-out',
      'cert',
      ...alternative,
    );
    return {
      cert: readFileSync(path.join(folder, 'cert'), 'utf8'),
      key: readFileSync(path.join(folder, 'key'), 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
