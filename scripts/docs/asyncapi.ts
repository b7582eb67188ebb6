/** The live feed's document as a file, for whoever has no server at hand. */
import { asyncApi } from '@fairground/server';

export const ASYNCAPI_FILE = 'docs/asyncapi.json';

export const asyncApiFile = (): string => `${JSON.stringify(asyncApi(), undefined, 2)}\n`;
