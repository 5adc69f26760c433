// Loaded into the command by NODE_OPTIONS: the most memory it ever held, in KiB, goes to a file when it ends.
import { writeFileSync } from 'node:fs';

const { RSS_FILE } = process.env;
delete process.env.RSS_FILE;
delete process.env.NODE_OPTIONS;
process.on('exit', () => RSS_FILE && writeFileSync(RSS_FILE, String(process.resourceUsage().maxRSS)));
