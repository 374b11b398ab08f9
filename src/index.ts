export type { CloseFrame, CloseReport, CloseTrigger, Phase, StartedBy, Unconfirmed } from './transport/close-report.js';
