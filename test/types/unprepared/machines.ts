import { actorHandler } from 'wirekeeper/machines';

// @ts-expect-error a handler is no number
export const handler: number = actorHandler;
