/** What a check of tokens gives. Only compiled: against the source, and against the packed package. */
import { createSupervisor } from 'wirekeeper';
import { createJwtAuthenticator } from 'wirekeeper/jwt';

const { authenticate, verify } = createJwtAuthenticator({
  jwksUrl: 'https://id.example/keys',
  audience: ['chat'],
  tokenFrom: ['authorization', { subprotocol: 'bearer.' }],
});

await createSupervisor().listen({
  port: 8080,
  authenticate,
  handler: async (connection) => {
    const subject: string | undefined = connection.data.sub;
    const role: unknown = connection.data['role'];
    connection.send(`${subject} ${String(role)}`);
    for await (const frame of connection) {
      const granted = await verify(frame.text());
      if (granted?.expiresAt !== undefined) connection.renew(granted.expiresAt);
    }
  },
});

// @ts-expect-error there is no such source
createJwtAuthenticator({ secret: 'x', tokenFrom: [{ header: 'x' }] });
