/**
 * What judges and folds. It is the engine's own, always; it is an argument so that a simulation can plant a bug
 * in it and see it caught, and remember so few ids that forgetting them is tried.
 */
import { CommandIds, createWorld, decide, fold } from '@fairground/engine';

export interface Laws {
  readonly decide: typeof decide;
  readonly fold: typeof fold;
  readonly createWorld: () => ReturnType<typeof createWorld>;
}

export const engineLaws: Laws = { decide, fold, createWorld: () => createWorld() };

/** How many ids are remembered in any case, and at most. */
export type IdBounds = readonly [keep: number, most: number];

/** The engine's own with another memory: of nodes that are tested, all must have the same. */
export const lawsRemembering = (ids: IdBounds | undefined): Laws =>
  ids ? { ...engineLaws, createWorld: () => createWorld(new CommandIds(...ids)) } : engineLaws;
