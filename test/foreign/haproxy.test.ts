import { checkProxy } from './proxy-checks.js';
import { pageConfiguration } from './reverse-proxy.js';

checkProxy({
  name: 'haproxy',
  program: '/usr/sbin/haproxy',
  args: (_folder, configuration) => ['-db', '-f', configuration],
  statusWithoutBackend: 503,
  idleTriggerBehind: 'socket-error',
  hasHttp2: true,
  configuration: ({ folder, port, tlsPort, backendPorts: [first, second], idleMs }) => `
global
  maxconn 100
${pageConfiguration('haproxy', {
  'timeout tunnel 75s': `timeout tunnel ${idleMs}ms`,
  'bind :443 ssl crt /etc/haproxy/live.pem': `bind 127.0.0.1:${port}\n  bind 127.0.0.1:${tlsPort} ssl crt ${folder}/identity.pem`,
  '10.0.0.1:8080 check inter 2s': `127.0.0.1:${first} check inter 1s`,
  '10.0.0.2:8080 check inter 2s': `127.0.0.1:${second} check inter 1s`,
})}`,
});
