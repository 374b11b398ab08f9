import { checkProxy } from './proxy-checks.js';

checkProxy({
  name: 'haproxy',
  program: '/usr/sbin/haproxy',
  args: (_folder, configuration) => ['-db', '-f', configuration],
  statusWithoutBackend: 503,
  idleTriggerBehind: 'socket-error',
  configuration: ({ folder, port, tlsPort, backendPort, idleMs }) => `
global
  maxconn 100
defaults
  mode http
  option forwardfor
  retries 0
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel ${idleMs}ms
frontend public
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${tlsPort} ssl crt ${folder}/identity.pem
  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  default_backend ours
backend ours
  server ours 127.0.0.1:${backendPort}
`,
});
