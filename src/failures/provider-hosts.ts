/** What is special about a provider's servers and can be told from the host name alone. Data, no branches. */
export interface ProviderHost {
  readonly product: string;
  readonly host: RegExp;
  /** How to get the certificate authority to trust: ends in something to paste. */
  readonly certificate?: string;
  /** Who lets addresses in. */
  readonly firewall?: string;
  /** How to get there without IPv6. */
  readonly ipv4?: string;
}

const SYSTEM = 'Its certificates are signed by a public authority, so trust the system’s: --sslrootcert system';

/** From the providers' own documentation pages; the first match counts, so the more special suffix stands first. */
const PROVIDER_HOSTS: readonly ProviderHost[] = [
  {
    product: 'Amazon Aurora DSQL',
    host: /\.dsql(-\w+)?\.[a-z0-9-]+\.on\.aws$/i,
    certificate: SYSTEM,
  },
  {
    product: 'Amazon Redshift',
    host: /\.redshift(-serverless)?\.[a-z0-9.-]*amazonaws\.com(\.cn)?$/i,
    certificate:
      'Fetch the bundle of Redshift and name it: curl -O https://s3.amazonaws.com/redshift-downloads/amazon-trust-ca-bundle.crt && pgmedic test --sslrootcert amazon-trust-ca-bundle.crt',
    firewall: 'the cluster’s VPC security group (and “Publicly accessible” for access from outside)',
  },
  {
    product: 'Amazon RDS Proxy',
    host: /\.proxy-[a-z0-9-]+\.[a-z0-9-]+\.rds\.amazonaws\.com(\.cn)?$/i,
    certificate: 'RDS Proxy has certificates of Amazon Trust Services, so trust the system’s: --sslrootcert system',
    firewall: 'the proxy’s VPC security group; RDS Proxy is never reachable from outside its VPC',
  },
  {
    product: 'Amazon RDS or Aurora',
    host: /\.rds\.amazonaws\.com(\.cn)?$/i,
    certificate:
      'Fetch the bundle of Amazon RDS and name it: curl -O https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem && pgmedic test --sslrootcert global-bundle.pem',
    firewall: 'the instance’s VPC security group (and “Publicly accessible” for access from outside)',
  },
  {
    product: 'Azure Database for PostgreSQL',
    host: /\.postgres(\.cosmos|\.database)\.(azure\.com|chinacloudapi\.cn|usgovcloudapi\.net)$/i,
    certificate: SYSTEM,
    firewall:
      'the server’s Networking page: az postgres flexible-server firewall-rule create --name SERVER --resource-group GROUP --rule-name me --start-ip-address ADDRESS --end-ip-address ADDRESS',
  },
  { product: 'Neon', host: /\.neon\.(tech|build)$/i, certificate: SYSTEM, firewall: 'the project’s IP Allow list' },
  {
    product: 'Supabase pooler',
    host: /\.pooler\.supabase\.(com|co)$/i,
    certificate:
      'Download the certificate from the dashboard (Database → Settings → SSL Configuration) and name it: --sslrootcert prod-ca-2021.crt',
    firewall: 'the project’s Network Restrictions (Database → Settings)',
  },
  {
    product: 'Supabase',
    host: /\.supabase\.(co|com)$/i,
    certificate:
      'Download the certificate from the dashboard (Database → Settings → SSL Configuration) and name it: --sslrootcert prod-ca-2021.crt',
    firewall: 'the project’s Network Restrictions (Database → Settings)',
    ipv4: 'Direct Supabase hosts have IPv6 addresses only: copy the Session pooler host (IPv4) from Connect in the dashboard: --host aws-0-REGION.pooler.supabase.com --username postgres.PROJECT',
  },
  {
    product: 'Databricks Lakebase',
    host: /\.database\.[a-z0-9.-]*\.?(azure)?databricks(\.com|\.net)$/i,
    certificate: SYSTEM,
  },
  {
    product: 'CockroachDB Cloud',
    host: /\.cockroachlabs\.cloud$/i,
    certificate:
      'Fetch the cluster’s certificate and name it: curl --create-dirs -o ~/.postgresql/root.crt https://cockroachlabs.cloud/clusters/CLUSTER_ID/cert',
    firewall: 'the cluster’s IP allowlist (Networking page)',
  },
  {
    product: 'YugabyteDB Aeon',
    host: /\.yugabyte\.cloud$/i,
    certificate: 'Download the cluster certificate from Connect in the console and name it: --sslrootcert root.crt',
    firewall: 'the cluster’s IP allow list (Settings → Network Access)',
  },
  { product: 'Timescale Cloud', host: /\.tsdb\.cloud\.timescale\.com$/i, certificate: SYSTEM },
  {
    product: 'Aiven',
    host: /\.(aivencloud|avns)\.(com|net)$/i,
    certificate:
      'Fetch the project’s CA and name it: avn project ca-get --target-filepath ca.pem && pgmedic test --sslrootcert ca.pem',
    firewall: 'the service’s allowed IP addresses (avn service update SERVICE -c ip_filter=…)',
  },
  {
    product: 'DigitalOcean',
    host: /\.db\.ondigitalocean\.com$/i,
    certificate:
      'Fetch the cluster’s CA and name it: doctl databases get-ca CLUSTER_ID --format Certificate --no-header | base64 -d > ca.crt && pgmedic test --sslrootcert ca.crt',
    firewall: 'the cluster’s Trusted Sources',
  },
  {
    product: 'Google Cloud SQL',
    host: /\.sql\.goog\.?$/i,
    certificate:
      'Fetch the instance’s CA and name it: gcloud sql ssl server-ca-certs list --instance=INSTANCE --format="value(cert)" > server-ca.pem',
    firewall:
      'the instance’s authorized networks: gcloud sql instances patch INSTANCE --authorized-networks=ADDRESS/32',
  },
  {
    product: 'Crunchy Bridge',
    host: /\.postgresbridge\.com$/i,
    certificate: 'Download the team’s certificate from the dashboard and name it: --sslrootcert team.pem',
  },
  {
    product: 'Render',
    host: /\.postgres\.render\.com$/i,
    certificate: SYSTEM,
    firewall: 'the database’s Access Control list',
  },
  { product: 'PlanetScale', host: /\.pg\.psdb\.cloud$/i, certificate: SYSTEM },
];

/** The provider whose host names look like this one; null for everybody else. */
export const providerOf = (host: string): ProviderHost | null =>
  PROVIDER_HOSTS.find((each) => each.host.test(host)) ?? null;
