/** The exchange's durable, ordered life: stores, the sequencer, recovery and proof. */
export { type Answer, answerOf, type NotNow, notNow } from './answer.js';
export { commandIdOf } from './command-id.js';
export { type FileJournal, type FileJournalOptions, openFileJournal } from './file.js';
export { openFileJournalReader } from './file-reader.js';
export { DiskJournal, type DiskJournalOptions, shelfOn } from './disk-journal.js';
export { type Disk, DiskStopped } from './file-disk.js';
export { makeFileSnapshot } from './file-snapshot.js';
export type {
  Appended,
  Group,
  Head,
  Journal,
  JournalReader,
  Predecessor,
  SnapshotMade,
  SnapshotShelf,
  SnapshotSize,
} from './journal.js';
export { JournalRefused } from './file-errors.js';
export { chainStart } from './chain.js';
export { Follower, type FollowerEvents } from './follower.js';
export { GROUP_LIMITS, StoreFailure } from './journal.js';
export {
  type Beat,
  Leadership,
  type LeadershipEvents,
  LeaseTaken,
  LeaseWatch,
  type LeaseView,
  type SharedJournal,
} from './lease.js';
export { type DirectoryLook, lookAtDirectory, type Tail, tailOf } from './inspect.js';
export { launchWorker } from './launch-worker.js';
export { engineLaws, type IdBounds, type Laws, lawsRemembering } from './laws.js';
export { type Faults, MemoryJournal, MemoryStore } from './memory.js';
export { MemoryDatabase, type Missing, statementName } from './memory-database.js';
export { type DiskCall, failure, MemoryDisk } from './memory-disk.js';
export { PlayedTimer, settle } from './played-timer.js';
export { LedJournal } from './led.js';
export { type Connection, NothingDone, Unsure } from './postgres-connection.js';
export {
  openPostgresJournal,
  PostgresJournal,
  type PostgresJournalOptions,
  postgresSettings,
} from './postgres.js';
export {
  openPostgresReader,
  type PostgresReader,
  type PostgresReaderOptions,
} from './postgres-reader.js';
export type { Digests, DigestSaid } from './postgres-digests.js';
export type { Setting } from './postgres-settings.js';
export { SnapshotTaken } from './postgres-shelf.js';
export { type NewPrivateRow, type PrivateRow, PrivateRows } from './postgres-vault.js';
export { HistoryLost } from './postgres-writer.js';
export { Listeners } from './listeners.js';
export {
  FileQuarantine,
  MemoryQuarantine,
  type Quarantine,
  type Quarantined,
} from './quarantine.js';
export {
  checkedEntry,
  foldGroup,
  JournalBroken,
  nodeChain,
  linesOf,
  recover,
  type Recovered,
  type RecoverOptions,
} from './recover.js';
export { type Beside, Sequencer, type SequencerOptions, WorldReset } from './sequencer.js';
export { SnapshotKeeper } from './snapshot-keeper.js';
export { type MakeOptions, makeSnapshot, SNAPSHOTS, snapshotsOf } from './snapshot-make.js';
export { SnapshotTurns } from './snapshot-turns.js';
export { decodeManifest, encodeManifest, type Manifest, sha256Of } from './snapshot-manifest.js';
export { JournalTape } from './tape.js';
export {
  exportChunks,
  type ExportOptions,
  idInHeader,
  type Imported,
  importLines,
  type ImportOptions,
  ImportRefused,
  sealOf,
} from './transport.js';
export { verifyLines, type VerifyOptions } from './verify.js';
export { nodeTimer, type Timer } from './timer.js';
export { type CommandSteps, isSampled, TRACE_LIMITS, tracesIn } from './traces.js';
