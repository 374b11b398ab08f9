import { filter, firstValueFrom, startWith } from 'rxjs';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import type { CloseReport } from '../../src/transport/close-report.js';

/** The reports of a supervisor once there are this many: a peer knows of an ending before the socket is gone. */
export async function endingsOf(supervisor: Supervisor, count = 1): Promise<readonly CloseReport[]> {
  await firstValueFrom(
    supervisor.events$.pipe(
      startWith(undefined),
      filter(() => supervisor.endings.length >= count),
    ),
    { defaultValue: undefined },
  );
  return supervisor.endings;
}
