export function compiled(wat: string): Promise<string>;
