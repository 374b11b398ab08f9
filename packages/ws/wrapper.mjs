export * from 'wirekeeper/ws';
export { default } from 'wirekeeper/ws';
