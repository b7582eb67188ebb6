/** Every route there is. */
import type { App } from '../edge/app-type.js';
import type { Shell } from '../shell.js';
import { adminAccounts } from './admin-accounts.js';
import { adminAudit } from './admin-audit.js';
import { adminFreeze } from './admin-freeze.js';
import { adminGrants } from './admin-grants.js';
import { adminHouse } from './admin-house.js';
import { adminJobs } from './admin-jobs.js';
import { adminKeys } from './admin-keys.js';
import { adminLimits } from './admin-limits.js';
import { adminNode } from './admin-node.js';
import { adminPeople } from './admin-people.js';
import { adminPullers } from './admin-pullers.js';
import { adminQuarantine } from './admin-quarantine.js';
import { adminRebuild } from './admin-rebuild.js';
import { adminRoles } from './admin-roles.js';
import { adminRules } from './admin-rules.js';
import { adminSeal } from './admin-seal.js';
import { adminSources } from './admin-sources.js';
import { adminSweep } from './admin-sweep.js';
import { adminUsers } from './admin-users.js';
import { asyncapi } from './asyncapi.js';
import { auth } from './auth.js';
import { deadLetters } from './dead-letters.js';
import { factList } from './fact-list.js';
import { factRecord } from './fact-record.js';
import { factUndo } from './fact-undo.js';
import { fees } from './fees.js';
import { head } from './head.js';
import { health } from './health.js';
import { ingest } from './ingest.js';
import { journal } from './journal.js';
import { leaderboard } from './leaderboard.js';
import { marketCancel } from './market-cancel.js';
import { marketCandles } from './market-candles.js';
import { marketConfirm } from './market-confirm.js';
import { marketCreate } from './market-create.js';
import { marketEdit } from './market-edit.js';
import { marketExtend } from './market-extend.js';
import { marketFund } from './market-fund.js';
import { marketGet } from './market-get.js';
import { marketList } from './market-list.js';
import { marketQuote } from './market-quote.js';
import { marketResolve } from './market-resolve.js';
import { marketSets } from './market-sets.js';
import { marketTrades } from './market-trades.js';
import { marketVerbs } from './market-verbs.js';
import { matchList } from './match-list.js';
import { meAccount } from './me-account.js';
import { meAlerts } from './me-alerts.js';
import { meKeys } from './me-keys.js';
import { meLedger } from './me-ledger.js';
import { meNotifications } from './me-notifications.js';
import { mePortfolio } from './me-portfolio.js';
import { mePositions } from './me-positions.js';
import { meSessions } from './me-sessions.js';
import { meTrades } from './me-trades.js';
import { meWebhooks } from './me-webhooks.js';
import { me } from './me.js';
import { metrics } from './metrics.js';
import { orderBatch } from './order-batch.js';
import { orderCreate } from './order-create.js';
import { orderGet } from './order-get.js';
import { player } from './player.js';
import { proof } from './proof.js';
import { rallyJoin } from './rally-join.js';
import { rallyReceipt } from './rally-receipt.js';
import { receipt } from './receipt.js';
import { ticks } from './ticks.js';
import { stream } from './stream.js';
import { streamEvents } from './stream-events.js';

const ROUTES = [
  adminAccounts,
  adminAudit,
  adminFreeze,
  adminGrants,
  adminHouse,
  adminJobs,
  adminKeys,
  adminLimits,
  adminNode,
  adminPeople,
  adminPullers,
  adminQuarantine,
  adminRebuild,
  adminRoles,
  adminRules,
  adminSeal,
  adminSources,
  adminSweep,
  adminUsers,
  asyncapi,
  auth,
  deadLetters,
  factList,
  factRecord,
  factUndo,
  fees,
  head,
  health,
  ingest,
  journal,
  leaderboard,
  marketCancel,
  marketCandles,
  marketConfirm,
  marketCreate,
  marketEdit,
  marketExtend,
  marketFund,
  marketGet,
  marketList,
  marketQuote,
  marketResolve,
  marketSets,
  marketTrades,
  marketVerbs,
  matchList,
  meAccount,
  meAlerts,
  meKeys,
  meLedger,
  meNotifications,
  mePortfolio,
  mePositions,
  meSessions,
  meTrades,
  meWebhooks,
  me,
  metrics,
  orderBatch,
  orderCreate,
  orderGet,
  player,
  proof,
  rallyJoin,
  rallyReceipt,
  receipt,
  ticks,
  stream,
  streamEvents,
] as const;

export function addRoutes(app: App, shell: Shell): void {
  for (const add of ROUTES) add(app, shell);
}
