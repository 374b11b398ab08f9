import { checkProxy } from './proxy-checks.js';

checkProxy({
  name: 'nginx',
  program: '/usr/sbin/nginx',
  args: (folder, configuration) => ['-p', folder, '-e', 'stderr', '-c', configuration],
  statusWithoutBackend: 502,
  idleTriggerBehind: 'socket-ended',
  configuration: ({ folder, port, tlsPort, backendPort, idleMs }) => `
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
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl;
    ssl_certificate ${folder}/identity.pem;
    ssl_certificate_key ${folder}/identity.pem;
    location / {
      proxy_pass http://127.0.0.1:${backendPort};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_read_timeout ${idleMs}ms;
    }
  }
}
`,
});
