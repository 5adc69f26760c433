import { freePort, type PostgresServer } from '../../support/postgres.ts';
import { at, type BedSource } from '../fault.ts';
import { startDatabaseClient } from '../sessions.ts';
import { prepared } from './login.ts';

/** A server that is full, starting, stopping or standing by. */
export const availability: BedSource = {
  title: 'Availability',
  missing: null,
  lay: async () => {
    const full = await prepared({ config: ['max_connections = 6', 'superuser_reserved_connections = 2'] });
    const none = await prepared({ config: ['max_connections = 6', 'superuser_reserved_connections = 0'] });
    const stopping = await prepared();
    const frozen = await prepared();
    const nothing = await freePort();
    const hold = async (server: PostgresServer, count: number): Promise<() => Promise<void>> => {
      const clients = await Promise.all(Array.from({ length: count }, () => startDatabaseClient(server, 'trusted')));
      return async () => void (await Promise.all(clients.map((client) => client.end())));
    };
    return {
      stop: async () => {
        await Promise.all([full, none, stopping, frozen].map((each) => each.stop()));
      },
      faults: [
        {
          title: 'only reserved slots are left',
          args: at(full.port),
          stage: 'login',
          code: 'server-too-many-connections',
          during: () => hold(full, 4),
        },
        {
          title: 'every slot is taken',
          args: at(none.port),
          stage: 'login',
          code: 'server-too-many-connections',
          during: () => hold(none, 6),
        },
        {
          title: 'a smart shutdown waits for others',
          args: at(stopping.port),
          stage: 'login',
          code: 'server-stopping',
          during: async () => {
            const release = await hold(stopping, 1);
            stopping.signal('SIGTERM');
            await new Promise((resolve) => setTimeout(resolve, 300));
            return release;
          },
        },
        {
          title: 'the server process is stopped (SIGSTOP)',
          args: at(frozen.port),
          stage: 'tls',
          code: 'peer-silent',
          during: () => {
            frozen.signal('SIGSTOP');
            return Promise.resolve(() => frozen.signal('SIGCONT'));
          },
        },
        {
          title: 'one host of two is down',
          args: ['-h', '127.0.0.1,127.0.0.1', '-p', `${nothing},${full.port}`, '-U', 'app', '-d', 'shop'],
          stage: 'tcp',
          code: 'tcp-refused',
          exit: 0,
        },
      ],
    };
  },
};
