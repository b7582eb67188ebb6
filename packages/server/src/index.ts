/** The shell around the exchange: HTTP, the live feed, the vault, and a node made of them. */
export type { SignedUp, SignUp } from './accounts.js';
export { Clock, CLOCK, ClockRefused, type TimeSource } from './clock.js';
export { BadConfig, type Config, type LogLevel, RATES, type Rates, readConfig } from './config.js';
export { EDGE, type EdgeCode, type ProblemBody, REFUSAL_STATUS } from './errors.js';
export { FEED } from './live/feed.js';
export { RING } from './live/ring.js';
export { CLOSE, MESSAGE_BYTES_MAX, SESSION } from './live/session.js';
export { type Node, type NodeParts, startNode } from './node.js';
export { SCOPES, type Scope } from './vault/rows.js';
export { TOKEN_FILE } from './vault/token.js';
export { type LinesDisk, type LinesFile, realDisk, VaultFull } from './vault/lines-disk.js';
export { type NewText, Vault } from './vault/vault.js';
export { readVaultFile, VaultTaking, vaultLinesOf, VaultThere } from './vault/carry.js';
export { VaultCorrupt } from './vault/lines.js';
