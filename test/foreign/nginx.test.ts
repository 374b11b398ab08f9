import { checkProxy } from './proxy-checks.js';
import { pageConfiguration } from './reverse-proxy.js';

checkProxy({
  name: 'nginx',
  program: '/usr/sbin/nginx',
  args: (folder, configuration) => ['-p', folder, '-e', 'stderr', '-c', configuration],
  statusWithoutBackend: 502,
  idleTriggerBehind: 'socket-ended',
  hasHttp2: false,
  configuration: ({ folder, port, tlsPort, backendPorts: [first, second], idleMs }) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${pageConfiguration('nginx', {
    'listen 443 ssl;': `listen 127.0.0.1:${port}; listen 127.0.0.1:${tlsPort} ssl;`,
    'ssl_certificate     /etc/nginx/live.pem': `ssl_certificate ${folder}/identity.pem`,
    'ssl_certificate_key /etc/nginx/live.pem': `ssl_certificate_key ${folder}/identity.pem`,
    '10.0.0.1:8080': `127.0.0.1:${first}`,
    '10.0.0.2:8080': `127.0.0.1:${second}`,
    'proxy_read_timeout 75s': `proxy_read_timeout ${idleMs}ms`,
    'proxy_send_timeout 75s': `proxy_send_timeout ${idleMs}ms`,
  })}
}
`,
});
